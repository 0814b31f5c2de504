"""PagerDuty keeps to the paging port: against a PagerDuty of our own, with its memory, its delay, errors and faults."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.pagerduty.client import PagerDutyAccess, PagerDutyAccount
from integrations.pagerduty.paging import PagerDutyPaging
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Banner, Document, Heading, paragraph
from playbooks.domain.errors import Denied, Permanent, Transient, Unknown
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.domain.on_call import Step, Target
from playbooks.ports.paging import (
    Acknowledge,
    AddResponders,
    Note,
    OnCall,
    PlannedShift,
    Reassign,
    Resolve,
    Trigger,
)
from tests.contract.fakes.certificate import certified
from tests.contract.fakes.pagerduty import API_TOKEN, POLICY, ROUTING_KEY, SERVICE, USER, FakePagerDuty
from tests.contract.paging import check_paging_port
from tests.contract.samples import INCIDENT, MESSAGE, UNHCR, some_id

CISO, LEGAL = PersonId("unhcr-ciso"), PersonId("unhcr-legal")
CONNECTION = Connection(
    id=connection_id(UNHCR, "suite"),
    organization=UNHCR,
    vendor=Vendor.PAGERDUTY,
    ceiling=Marking.GREEN,
    place=SERVICE,
)
TRIGGER = Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE)
PAGE = TRIGGER.effect_id
Tls = tuple[ssl.SSLContext, Path]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest_asyncio.fixture
async def pagerduty(tls: Tls) -> AsyncIterator[FakePagerDuty]:
    async with FakePagerDuty().served(tls[0]) as account:
        yield account


_OPEN: list[PagerDutyPaging] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


def pager(
    fake: FakePagerDuty,
    tls: Tls,
    *,
    key: str = ROUTING_KEY,
    token: str = API_TOKEN,
    place: str = SERVICE,
    user: str = USER,
) -> PagerDutyPaging:
    access = PagerDutyAccess(
        routing_key=SecretStr(key),
        api_token=SecretStr(token),
        url=fake.url,
        events_url=fake.url,
        ca=tls[1],
        user=user,
        within=timedelta(seconds=1),
    )
    connection = CONNECTION.model_copy(update={"place": place})
    account = PagerDutyAccount(connection.id, access)
    _OPEN.append(PagerDutyPaging(connection, account, {CISO: "PCISO"}.get))
    return _OPEN[-1]


def acknowledge(page: str = PAGE) -> Acknowledge:
    return Acknowledge(effect_id=some_id("page.acknowledge", "1"), page=page)


def resolve(page: str = PAGE) -> Resolve:
    return Resolve(effect_id=some_id("page.resolve", "1"), page=page)


async def test_pagerduty_keeps_to_the_paging_port(pagerduty: FakePagerDuty, tls: Tls) -> None:
    await check_paging_port(pager(pagerduty, tls))


async def test_the_effect_is_the_deduplication_key_and_wakes_once(pagerduty: FakePagerDuty, tls: Tls) -> None:
    for _ in range(3):
        assert (await pager(pagerduty, tls).trigger(TRIGGER)).ref == PAGE
    assert [(incident.key, incident.log) for incident in pagerduty.incidents] == [(PAGE, ["woke"])]


@pytest.mark.parametrize(
    ("severity", "shown"),
    [
        (Severity.CRITICAL, "critical"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "info"),
    ],
)
async def test_a_severity_is_one_of_pagerdutys_own(
    pagerduty: FakePagerDuty, tls: Tls, severity: Severity, shown: str
) -> None:
    await pager(pagerduty, tls).trigger(TRIGGER.model_copy(update={"severity": severity}))
    assert pagerduty.incidents[0].payload["severity"] == shown


async def test_nothing_but_the_document_and_codes_is_sent(pagerduty: FakePagerDuty, tls: Tls) -> None:
    await pager(pagerduty, tls).trigger(TRIGGER)
    (call,) = pagerduty.calls
    assert call.body == {
        "routing_key": ROUTING_KEY,
        "event_action": "trigger",
        "dedup_key": PAGE,
        "payload": {
            "summary": "TLP:AMBER Ransomware on a file server",
            "severity": "critical",
            "source": "muster",
            "custom_details": {
                "text": "TLP:AMBER\n\n# Ransomware on a file server\n\n  Shares are encrypted."
            },
        },
    }


async def test_an_exercise_says_so_where_the_telephone_shows_it(pagerduty: FakePagerDuty, tls: Tls) -> None:
    words = Document(blocks=(Banner(marking=Marking.GREEN, exercise=True), Heading(text="x" * 2000)))
    await pager(pagerduty, tls).trigger(TRIGGER.model_copy(update={"document": words}))
    said = pagerduty.incidents[0].payload["summary"]
    assert said.startswith("EXERCISE EXERCISE EXERCISE TLP:GREEN xxx")
    assert (len(said), said[-1]) == (1024, "…")


async def test_very_long_words_stay_within_an_event(pagerduty: FakePagerDuty, tls: Tls) -> None:
    words = Document(blocks=(paragraph("👩🏽‍🚒 é" * 100_000),))
    await pager(pagerduty, tls).trigger(TRIGGER.model_copy(update={"document": words}))
    assert len(str(pagerduty.calls[0].body).encode()) < 512 * 1024


@pytest.mark.parametrize(
    "kind", ["request_lost", "answer_lost", "failed_after", "hangs", "html", "502", "503"]
)
async def test_an_event_is_sent_once_and_its_lost_answer_is_unknown(
    pagerduty: FakePagerDuty, tls: Tls, kind: str
) -> None:
    pagerduty.fail("POST", "/enqueue", kind)
    with pytest.raises(Unknown):
        await pager(pagerduty, tls).trigger(TRIGGER)
    assert pagerduty.count("POST", "/enqueue") == 1


@pytest.mark.parametrize(
    ("headers", "wish"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"ratelimit-reset": "20"}, timedelta(seconds=20)),
        ({}, None),
    ],
)
async def test_too_many_events_are_transient_with_pagerdutys_own_wish(
    pagerduty: FakePagerDuty, tls: Tls, headers: dict[str, str], wish: timedelta | None
) -> None:
    pagerduty.retry_after = headers
    pagerduty.fail("POST", "/enqueue", "429")
    async with asyncio.timeout(20):
        with pytest.raises(Transient) as raised:
            await pager(pagerduty, tls).trigger(TRIGGER)
    assert raised.value.retry_after == wish
    assert pagerduty.count("POST", "/enqueue") == 1


@pytest.mark.parametrize("kind", ["request_lost", "500", "hangs", "html", "429"])
async def test_what_only_looks_is_asked_once_and_never_unknown(
    pagerduty: FakePagerDuty, tls: Tls, kind: str
) -> None:
    pagerduty.fail("GET", "/incidents", kind)
    with pytest.raises(Transient):
        await pager(pagerduty, tls).acknowledge(acknowledge())
    assert len(pagerduty.calls) == 1


async def test_an_account_that_is_away_is_transient(tls: Tls) -> None:
    async with FakePagerDuty().served(tls[0]) as gone:
        port = pager(gone, tls)
    with pytest.raises(Transient):
        await port.trigger(TRIGGER)


async def test_a_wrong_routing_key_is_denied(pagerduty: FakePagerDuty, tls: Tls) -> None:
    with pytest.raises(Denied):
        await pager(pagerduty, tls, key="f" * 32).trigger(TRIGGER)


async def test_a_wrong_token_is_denied_and_stands_nowhere(
    pagerduty: FakePagerDuty, tls: Tls, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Denied) as raised:
        await pager(pagerduty, tls, token="a-wrong-token").who_is_on_call()
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert "oken" not in raised.value.sentence
    assert "a-wrong-token" not in caplog.text


async def test_a_page_that_is_over_is_never_opened_again(pagerduty: FakePagerDuty, tls: Tls) -> None:
    """PagerDuty opens a resolved incident again when its status is set; no request of ours sets one."""
    port = pager(pagerduty, tls)
    await port.trigger(TRIGGER)
    for request in (resolve(), resolve()):
        await port.resolve(request)
    await port.acknowledge(acknowledge())
    assert pagerduty.incidents[0].log == ["woke", "resolved"]
    assert {call.method for call in pagerduty.calls if "enqueue" not in call.path} == {"GET"}


async def test_a_page_that_pagerduty_has_not_worked_off_yet_is_asked_for_again_later(tls: Tls) -> None:
    async with FakePagerDuty(lag=0.3).served(tls[0]) as slow:
        port = pager(slow, tls)
        await port.trigger(TRIGGER)
        with pytest.raises(Transient):
            await port.acknowledge(acknowledge())
        await asyncio.sleep(0.3)
        assert (await port.acknowledge(acknowledge())).ref == PAGE


async def test_a_page_of_another_connection_is_unknown(pagerduty: FakePagerDuty, tls: Tls) -> None:
    with pytest.raises(Permanent):
        await pager(pagerduty, tls).acknowledge(acknowledge(EffectId("wfp/pager/INC-1/page.trigger/1")))


async def test_a_page_is_recalled_by_pagerdutys_own_id(pagerduty: FakePagerDuty, tls: Tls) -> None:
    asked = pager(pagerduty, tls)
    await asked.trigger(TRIGGER)
    (incident,) = pagerduty.incidents
    assert await asked.recall(f"PI{incident.number}") == PAGE
    assert await asked.recall("PI99") == ""
    assert await asked.recall("../services/x") == ""


async def test_who_is_on_call_is_asked_of_the_services_own_policy(pagerduty: FakePagerDuty, tls: Tls) -> None:
    first, second = await pager(pagerduty, tls).who_is_on_call()
    assert (first.account, first.level) == ("PUSER1", 1)
    assert first.until is not None
    assert first.until.utcoffset() == timedelta(hours=-5)
    assert second == OnCall(account="PUSER2", level=2)


async def test_shifts_to_come_are_those_of_the_services_policy_page_by_page_cut_to_the_span(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    since_at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    until_at = since_at + timedelta(days=7)
    hand_over = datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert await pager(pagerduty, tls).planned(since_at, until_at) == (
        PlannedShift(account="PUSER1", level=1, start_at=since_at, end_at=hand_over),
        PlannedShift(account="PUSER2", level=2, start_at=since_at, end_at=until_at),
        PlannedShift(account="PUSER3", level=1, start_at=hand_over, end_at=until_at),
    )


async def test_how_a_page_escalates_is_read_from_the_services_policy_and_its_schedules(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    told = await pager(pagerduty, tls).ladder()
    assert (told.service, told.policy) == ("SOC", "SOC escalation")
    assert told.url.endswith(POLICY)
    assert told.steps == (
        Step(level=1, targets=(Target(name="SOC primary", zone="Europe/Zurich"),), after_minutes=15),
        Step(level=2, targets=(Target(name="A manager", account="PUSER2"),), after_minutes=30),
    )
    pagerduty.hides_schedules = True
    assert (await pager(pagerduty, tls).ladder()).steps[0].targets == (Target(name="SOC primary"),)


async def test_health_asks_whether_service_and_key_belong_together(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    assert str(await pager(pagerduty, tls).health()) == "PagerDuty, service PSERVICE"
    with pytest.raises(Denied, match="is none of service PSERVICE"):
        await pager(pagerduty, tls, key="f" * 32).health()
    with pytest.raises(Permanent):
        await pager(pagerduty, tls, place="PNONE").health()
    pagerduty.keys_shown = False
    assert str(await pager(pagerduty, tls, key="f" * 32).health())
    assert {call.method for call in pagerduty.calls} == {"GET"}


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    access = PagerDutyAccess(
        routing_key=SecretStr(ROUTING_KEY),
        api_token=SecretStr(API_TOKEN),
        url=pagerduty.url,
        events_url=pagerduty.url,
    )
    _OPEN.append(PagerDutyPaging(CONNECTION, PagerDutyAccount(CONNECTION.id, access)))
    with pytest.raises(Transient):
        await _OPEN[-1].trigger(TRIGGER)
    assert not pagerduty.calls


async def test_a_page_goes_to_those_who_have_an_account_and_the_others_are_named(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    port = pager(pagerduty, tls)
    page = (await port.trigger(TRIGGER)).ref
    given = Reassign(effect_id=some_id("page.reassign", "1"), page=page, people=(LEGAL, CISO))
    for _ in range(2):
        assert (await port.reassign(given)).missing == (LEGAL,)
    helped = AddResponders(effect_id=some_id("page.respond", "1"), page=page, people=(CISO, LEGAL))
    for _ in range(2):
        assert (await port.add_responders(helped)).missing == (LEGAL,)
    (incident,) = pagerduty.incidents
    assert (incident.assigned, incident.responders) == (["PCISO"], ["PCISO"])
    assert incident.log == ["woke", "reassigned", "asked"], "what is so already is not asked for again"
    asked = next(call.body for call in pagerduty.calls if call.path.endswith("/responder_requests"))
    assert (asked["requester_id"], asked["message"]) == ("PMUSTER", INCIDENT), "codes alone"
    with pytest.raises(Permanent) as raised:
        await port.reassign(given.model_copy(update={"people": (LEGAL,)}))
    assert (raised.value.code, raised.value.about) == ("no_account", LEGAL)


async def test_a_note_ends_with_the_code_by_which_it_is_found(pagerduty: FakePagerDuty, tls: Tls) -> None:
    port = pager(pagerduty, tls)
    page = (await port.trigger(TRIGGER)).ref
    await port.note(Note(effect_id=some_id("page.note", "1"), page=page, document=MESSAGE))
    (note,) = pagerduty.incidents[0].notes
    assert note["content"].startswith("TLP:AMBER")
    assert note["content"].splitlines()[-1].startswith("[muster-")


async def test_nobody_is_given_a_page_that_is_over_nor_without_a_user_to_do_it(
    pagerduty: FakePagerDuty, tls: Tls
) -> None:
    port, page = pager(pagerduty, tls), (await pager(pagerduty, tls).trigger(TRIGGER)).ref
    given = Reassign(effect_id=some_id("page.reassign", "1"), page=page, people=(CISO,))
    with pytest.raises(Permanent) as raised:
        await pager(pagerduty, tls, user="").reassign(given)
    assert raised.value.code == "no_pager_user"
    await port.resolve(Resolve(effect_id=some_id("page.resolve", "1"), page=page))
    with pytest.raises(Permanent) as over:
        await port.reassign(given)
    assert over.value.code == "page_over"
    assert pagerduty.count("PUT", "/incidents/PI1") == 0
