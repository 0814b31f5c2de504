"""Jira keeps to the ticketing port, Cloud and Data Center: against one of our own, with its lag and errors."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.jira.client import JiraAccess, JiraSite
from integrations.jira.ticketing import MARK, JiraTicketing, label
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Banner, Document, Heading, paragraph
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.domain.seen import SeenAs
from playbooks.ports.project import TrackerProject
from playbooks.ports.ticketing import Attach, Comment, CreateTicket, TicketStatus, Transition, UpdateTicket
from playbooks.ports.write import File
from tests.contract.fakes.jira import ASSIGNABLE, PROJECT, TLP, TOKEN, USER, FakeJira
from tests.contract.samples import FILE, INCIDENT, MESSAGE, UNHCR, some_id
from tests.contract.ticketing import check_ticketing_port

CISO, LEGAL, STRANGER = PersonId("unhcr-ciso"), PersonId("unhcr-legal"), PersonId("wfp-ciso")
CONNECTION = Connection(
    id=connection_id(UNHCR, "tickets"),
    organization=UNHCR,
    vendor=Vendor.JIRA,
    ceiling=Marking.AMBER,
    place=PROJECT,
)
CREATE = CreateTicket(
    effect_id=some_id("ticket.create", "1"), document=MESSAGE, severity=Severity.HIGH, labels=(INCIDENT,)
)
ACCOUNTS = {CISO: ASSIGNABLE[0], LEGAL: "an-account-that-may-not-see-the-project"}
LAG = 0.2


@pytest_asyncio.fixture(params=[True, False], ids=["cloud", "data center"])
async def jira(request: pytest.FixtureRequest) -> AsyncIterator[FakeJira]:
    async with FakeJira(cloud=request.param, lag=LAG).served() as site:
        yield site


_OPEN: list[JiraTicketing] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


def tickets(jira: FakeJira, token: str = TOKEN, place: str = PROJECT, **project: Any) -> JiraTicketing:
    access = JiraAccess(
        url=jira.root,
        user=USER if jira.cloud else "",
        token=SecretStr(token),
        within=timedelta(seconds=1),
    )
    connection = CONNECTION.model_copy(update={"place": place})
    site = JiraSite(connection.id, access)
    _OPEN.append(JiraTicketing(connection, site, TrackerProject(**project), ACCOUNTS.get))
    return _OPEN[-1]


async def caught_up() -> None:
    await asyncio.sleep(LAG)


async def test_jira_keeps_to_the_ticketing_port(jira: FakeJira) -> None:
    await check_ticketing_port(tickets(jira), caught_up)


async def test_a_ticket_has_the_marking_in_its_summary_and_codes_as_its_labels(jira: FakeJira) -> None:
    made = await tickets(jira).create_ticket(CREATE)
    fields = jira.issues[made.ref].fields
    assert made.url == f"{jira.root}/browse/{made.ref}"
    assert fields["summary"] == "TLP:AMBER Ransomware on a file server"
    assert fields["priority"] == {"name": "High"}
    assert fields["labels"] == [INCIDENT, label(CREATE.effect_id)]


async def test_nothing_but_the_document_and_codes_is_sent(jira: FakeJira) -> None:
    words = Document(
        blocks=(Banner(marking=Marking.AMBER), Heading(text="Secret alpha"), paragraph("Secret beta"))
    )
    await tickets(jira).create_ticket(CREATE.model_copy(update={"document": words}))
    sent = next(call.body for call in jira.calls if call.method == "POST")["fields"]
    assert set(sent) == {"project", "issuetype", "summary", "description", "labels", "priority"}
    assert "Muster" not in str(sent)


async def test_a_ticket_is_created_in_one_request(jira: FakeJira) -> None:
    port = tickets(jira)
    await port.create_ticket(CREATE)
    await port.create_ticket(CREATE)
    asked = [(call.method, call.path.rpartition("/")[2]) for call in jira.calls]
    assert asked == [("GET", "serverInfo"), ("POST", "issue"), ("POST", "issue")]


@pytest.mark.parametrize("kind", ["request_lost", "answer_lost", "failed_after", "hangs", "html", "503"])
async def test_a_write_is_sent_once_and_its_lost_answer_is_unknown(jira: FakeJira, kind: str) -> None:
    jira.fail("POST", "/issue", kind)
    with pytest.raises(Unknown):
        await tickets(jira).create_ticket(CREATE)
    assert jira.count("POST", "/issue") == 1


async def test_too_many_calls_are_transient_with_jiras_own_wish(jira: FakeJira) -> None:
    jira.fail("POST", "/issue", "429")
    with pytest.raises(Transient) as raised:
        await tickets(jira).create_ticket(CREATE)
    assert raised.value.retry_after == timedelta(seconds=7)
    assert jira.count("POST", "/issue") == 1


@pytest.mark.parametrize("kind", ["request_lost", "answer_lost", "500", "hangs", "html"])
async def test_what_only_looks_is_never_unknown(jira: FakeJira, kind: str) -> None:
    jira.fail("GET", "/search/jql" if jira.cloud else "/search", kind)
    with pytest.raises(Transient):
        await tickets(jira).find_ticket(CREATE)


async def test_a_site_that_is_away_is_transient() -> None:
    async with FakeJira(cloud=True).served() as gone:
        port = tickets(gone)
        await port.health()
    with pytest.raises(Transient):
        await port.create_ticket(CREATE)


async def test_a_wrong_token_is_denied_and_stands_nowhere(
    jira: FakeJira, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Denied) as raised:
        await tickets(jira, token="a-wrong-token").create_ticket(CREATE)
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert "a-wrong-token" not in caplog.text + raised.value.sentence


async def test_a_field_that_the_project_does_not_have_is_named_but_not_what_was_in_it(jira: FakeJira) -> None:
    jira.fields = jira.fields - {"priority"}
    with pytest.raises(Permanent) as raised:
        await tickets(jira).create_ticket(CREATE)
    assert raised.value.sentence == "Jira of unhcr/tickets does not take this (400: priority)."
    assert (await tickets(jira, priorities={}).create_ticket(CREATE)).ref


async def test_a_comment_carries_its_effect_where_people_do_not_see_it(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    comment = Comment(effect_id=some_id("ticket.comment", "1"), ticket=ticket, document=MESSAGE)
    made = await port.comment(comment)
    said = jira.issues[ticket].comments[0]
    assert said["properties"] == [{"key": MARK, "value": {"id": comment.effect_id}}]
    assert comment.effect_id not in str(said["body"])
    assert made.url.endswith(f"/browse/{ticket}?focusedCommentId={made.ref}")


async def test_of_many_comments_the_oldest_of_its_effect_is_found(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    mine = Comment(effect_id=some_id("ticket.comment", "mine"), ticket=ticket, document=MESSAGE)
    other = mine.model_copy(update={"effect_id": some_id("ticket.comment", "other")})
    await port.comment(other)
    jira.issues[ticket].comments *= 120
    first = await port.comment(mine)
    await port.comment(mine)
    found = await port.find_comment(mine)
    assert found is not None
    assert found.ref == first.ref


async def test_done_is_the_status_that_the_connections_file_names(jira: FakeJira) -> None:
    port = tickets(jira, statuses={TicketStatus.DONE: "done"})
    ticket = (await port.create_ticket(CREATE)).ref
    await port.transition(_to(ticket, TicketStatus.DONE))
    assert jira.issues[ticket].status == "Done"


async def test_a_status_is_taken_only_where_it_changes_something(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    for status in (TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS):
        await port.transition(_to(ticket, status))
    assert (jira.issues[ticket].status, jira.issues[ticket].moves) == ("In Progress", 1)


async def test_a_workflow_without_a_way_is_told(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    jira.transitions = ("To Do", "In Progress")
    with pytest.raises(Permanent, match="has no way from where the ticket is to done") as raised:
        await port.transition(_to(ticket, TicketStatus.DONE))
    assert raised.value.about == "In Progress", "and where it does lead"


@pytest.mark.parametrize("ticket", ["../project/SEC", "SEC-1/comment", "SEC-1?x=1", ""])
async def test_what_is_no_key_never_reaches_an_address(jira: FakeJira, ticket: str) -> None:
    with pytest.raises(Permanent):
        await tickets(jira).transition(_to(ticket, TicketStatus.DONE))
    assert not jira.calls


async def test_a_text_that_is_too_long_is_cut_and_says_so(jira: FakeJira) -> None:
    long = Document(
        blocks=(*MESSAGE.blocks, *(paragraph(f"{number} {'word ' * 500}") for number in range(40)))
    )
    made = await tickets(jira).create_ticket(CREATE.model_copy(update={"document": long}))
    assert "…" in str(jira.issues[made.ref].fields["description"])


async def test_health_asks_who_we_are_and_whether_the_project_is_there(jira: FakeJira) -> None:
    kind = "Cloud" if jira.cloud else "Data Center"
    assert str(await tickets(jira).health()) == f"Jira {kind}, project SEC"
    assert {call.method for call in jira.calls} == {"GET"}
    with pytest.raises(Permanent):
        await tickets(jira, place="NONE").health()
    with pytest.raises(Denied):
        await tickets(jira, token="a-wrong-token").health()


async def test_a_slow_site_holds_up_nobody_else(jira: FakeJira) -> None:
    """Each connection waits in threads of its own."""
    async with FakeJira(cloud=True).served() as other:
        jira.fail("GET", "/serverInfo", "hangs", times=100)
        slow = [asyncio.create_task(tickets(jira).health()) for _ in range(3)]
        async with asyncio.timeout(0.9):
            assert str(await tickets(other).health())
        for task in slow:
            with pytest.raises(ProviderError):
                await task


def _to(ticket: str, status: TicketStatus) -> Transition:
    return Transition(effect_id=some_id("ticket.transition", "1"), ticket=ticket, status=status)


async def test_a_ticket_that_was_moved_is_seen_under_its_new_key(jira: FakeJira) -> None:
    port = tickets(jira)
    made = await port.create_ticket(CREATE)
    jira.move(made.ref, "OPS-7")
    seen = await port.look(made.ref)
    assert (seen.as_, seen.ref, seen.said) == (SeenAs.FRESH, "OPS-7", "To Do")


async def test_a_ticket_that_goes_by_another_key_after_a_move_of_the_site_is_found_by_its_label(
    jira: FakeJira,
) -> None:
    port = tickets(jira)
    made = await port.create_ticket(CREATE)
    jira.move(made.ref, "NEW-7")
    del jira.issues[made.ref]
    assert (await port.look(made.ref)).as_ is SeenAs.GONE
    await caught_up()
    assert await port.search(CREATE.effect_id) == "NEW-7"


async def test_all_tickets_of_an_incident_are_one_search_away(jira: FakeJira) -> None:
    made = await tickets(jira).create_ticket(CREATE)
    place, _, query = made.listing.partition("?")
    assert place == f"{jira.root}/issues/"
    assert parse_qs(query) == {"jql": [f'labels = "{INCIDENT}" ORDER BY created ASC']}


async def test_a_ticket_that_is_gone_is_told_from_one_that_we_may_no_longer_see(jira: FakeJira) -> None:
    port = tickets(jira)
    made = await port.create_ticket(CREATE)
    jira.issues.clear()
    assert (await port.look(made.ref)).as_ is SeenAs.GONE
    jira.hides_the_project = True
    assert (await port.look(made.ref)).as_ is SeenAs.HIDDEN


@pytest.mark.parametrize(("said", "as_"), [("In Progress", SeenAs.IN_HAND), ("Won't Do", SeenAs.OVER)])
async def test_a_status_counts_by_jiras_category_and_by_what_the_project_names(
    jira: FakeJira, said: str, as_: SeenAs
) -> None:
    made = await tickets(jira).create_ticket(CREATE)
    jira.issues[made.ref].status = said
    assert (await tickets(jira).look(made.ref)).as_ is as_
    named = tickets(jira, statuses={TicketStatus.OPEN: said})
    assert (await named.look(made.ref)).as_ is SeenAs.FRESH


@pytest.mark.parametrize("kind", ["request_lost", "answer_lost", "html", "500", "429"])
async def test_a_look_that_goes_wrong_says_nothing_of_the_ticket(jira: FakeJira, kind: str) -> None:
    port = tickets(jira)
    made = await port.create_ticket(CREATE)
    jira.fail("GET", f"issue/{made.ref}", kind)
    with pytest.raises(Transient):
        await port.look(made.ref)


async def test_a_projects_own_fields_are_filled_with_codes_by_name_or_id(jira: FakeJira) -> None:
    port = tickets(jira, fields={"TLP Marking": {"value": "{marking}"}, "duedate": "2026-12-01"})
    made = await port.create_ticket(CREATE)
    fields = jira.issues[made.ref].fields
    assert (fields[TLP], fields["duedate"]) == ({"value": "TLP:AMBER"}, "2026-12-01")
    by_id = tickets(jira, fields={TLP: ["{incident}", "{severity} of {organization}"]})
    made = await by_id.create_ticket(CREATE)
    assert jira.issues[made.ref].fields[TLP] == [INCIDENT, "high of UNHCR"]
    assert jira.count("GET", "/field") == 1, "ids need no question"


async def test_a_field_that_is_not_there_is_named_and_no_ticket_made(jira: FakeJira) -> None:
    with pytest.raises(Permanent) as raised:
        await tickets(jira, fields={"Sector": "x"}).create_ticket(CREATE)
    assert (raised.value.code, raised.value.about) == ("unknown_field", "Sector")
    assert not jira.issues


@pytest.mark.parametrize(
    "fields",
    [{"summary": "mine"}, {"x": "{title}"}, {"x": [{"value": "{}"}]}],
    ids=["ours", "words", "empty"],
)
def test_a_mapping_that_could_not_be_filled_is_refused_when_it_is_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"by itself|none of them"):
        TrackerProject(fields=fields)


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ({}, None),
        ({Marking.AMBER: "Responders", Marking.RED: "Everybody"}, "Responders"),
        ({Marking.GREEN: "Everybody", Marking.RED: "Responders"}, "Responders"),
    ],
    ids=["none set", "its own", "the nearest stricter"],
)
async def test_the_security_level_follows_the_marking(
    jira: FakeJira, levels: dict[Marking, str], level: str | None
) -> None:
    made = await tickets(jira, security=levels).create_ticket(CREATE)
    assert jira.issues[made.ref].fields.get("security") == ({"name": level} if level else None)


async def test_without_a_level_that_is_strict_enough_no_ticket_is_made(jira: FakeJira) -> None:
    with pytest.raises(Permanent) as raised:
        await tickets(jira, security={Marking.GREEN: "Everybody"}).create_ticket(CREATE)
    assert (raised.value.code, raised.value.about) == ("no_security_level", "TLP:AMBER")
    assert not jira.issues


@pytest.mark.parametrize(
    ("person", "missing"), [(CISO, ()), (LEGAL, (LEGAL,)), (STRANGER, (STRANGER,)), (None, ())]
)
async def test_a_ticket_goes_to_a_person_by_her_account_or_says_that_it_does_not(
    jira: FakeJira, person: PersonId | None, missing: tuple[PersonId, ...]
) -> None:
    made = await tickets(jira).create_ticket(CREATE.model_copy(update={"assignee": person}))
    known_as = "accountId" if jira.cloud else "name"
    assigned = {known_as: ASSIGNABLE[0]} if person == CISO else None
    assert (jira.issues[made.ref].fields.get("assignee"), made.missing) == (assigned, missing)


async def test_who_may_not_ask_who_is_there_assigns_nobody_and_makes_the_ticket(jira: FakeJira) -> None:
    jira.fail("GET", "/user/assignable/search", "403")
    made = await tickets(jira).create_ticket(CREATE.model_copy(update={"assignee": CISO}))
    assert made.missing == (CISO,)


async def test_a_ticket_changes_hands_and_priority_and_nothing_else(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    before = dict(jira.issues[ticket].fields)
    change = UpdateTicket(
        effect_id=some_id("ticket.update", "1"), ticket=ticket, severity=Severity.LOW, assignee=CISO
    )
    for _ in range(2):
        await port.update(change)
    after = jira.issues[ticket].fields
    assert {name for name in after if after[name] != before.get(name)} == {"priority", "assignee"}
    assert (after["priority"], jira.issues[ticket].edits) == ({"name": "Low"}, 1)
    silent = tickets(jira, priorities={})
    await silent.update(change.model_copy(update={"assignee": None}))
    assert jira.count("PUT", f"/issue/{ticket}") == 2, "a project without priorities is not asked to set one"


async def test_an_action_item_is_a_sub_task_where_the_project_has_them(jira: FakeJira) -> None:
    port = tickets(jira, subtask_type="Sub-task")
    parent = (await port.create_ticket(CREATE)).ref
    item = CREATE.model_copy(update={"effect_id": some_id("ticket.create", "item"), "parent": parent})
    fields = jira.issues[(await port.create_ticket(item)).ref].fields
    assert (fields["issuetype"], fields["parent"]) == ({"name": "Sub-task"}, {"key": parent})
    plain = jira.issues[(await tickets(jira).create_ticket(item)).ref].fields
    assert (plain["issuetype"], plain.get("parent")) == ({"name": "Task"}, None)


async def test_a_look_tells_priority_assignee_and_what_others_commented(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE.model_copy(update={"assignee": CISO}))).ref
    await port.comment(Comment(effect_id=some_id("ticket.comment", "1"), ticket=ticket, document=MESSAGE))
    jira.remark(ticket, "The mailbox", "is restored.")
    seen = await port.look(ticket)
    assert (seen.priority, seen.severities, seen.assignee) == ("High", (Severity.HIGH,), ASSIGNABLE[0])
    (heard,) = seen.remarks
    assert (heard.id, heard.account, heard.words) == ("20001", "5b10", "The mailbox\nis restored.")
    jira.issues[ticket].fields |= {"priority": None, "assignee": None}
    bare = await port.look(ticket)
    assert (bare.severities, bare.assignee) == (tuple(Severity), "")


def attach(ticket: str, marking: Marking = Marking.AMBER, content: bytes = FILE.content) -> Attach:
    return Attach(
        effect_id=some_id("ticket.attach", "1"),
        ticket=ticket,
        mark=f"{INCIDENT}-E-1",
        marking=marking,
        file=FILE.model_copy(update={"content": content}),
    )


async def test_a_file_keeps_its_bytes_and_its_name_whatever_letters_that_has(jira: FakeJira) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    named = attach(ticket).model_copy(
        update={"file": File(name="журнал “été”.log", content=bytes(range(256)))}
    )
    made = await port.attach(named)
    (file,) = jira.issues[ticket].files
    assert file["filename"] == f"{INCIDENT}-E-1 журнал “été”.log"
    assert jira.contents[file["id"]] == bytes(range(256))
    assert (made.ref, made.url) == (f"attachment/{file['id']}", file["content"])


@pytest.mark.parametrize(("size", "code"), [(11, "too_large"), (9, None)])
async def test_a_file_that_the_site_does_not_take_is_permanent_and_says_so(
    jira: FakeJira, size: int, code: str | None
) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    jira.largest_file = 10
    if code is None:
        await port.attach(attach(ticket, content=b"0" * size))
        return
    with pytest.raises(Permanent) as raised:
        await port.attach(attach(ticket, content=b"0" * size))
    assert raised.value.code == code
    assert not jira.issues[ticket].files


async def test_a_file_that_takes_too_long_is_given_up_before_it_is_whole(
    jira: FakeJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    monkeypatch.setattr("integrations.jira.files.monotonic", iter(range(0, 10_000, 3)).__next__)
    with pytest.raises(Permanent) as raised:
        await port.attach(attach(ticket))
    assert raised.value.code == "too_slow"
    assert not jira.issues[ticket].files


@pytest.mark.parametrize("kind", ["request_lost", "answer_lost", "failed_after", "hangs", "503"])
async def test_a_file_whose_answer_is_lost_was_sent_once_and_is_unknown(jira: FakeJira, kind: str) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    jira.fail("POST", "/attachments", kind)
    with pytest.raises(Unknown):
        await port.attach(attach(ticket))
    assert jira.count("POST", f"/issue/{ticket}/attachments") == 1


async def test_a_file_does_not_go_where_more_people_see_it_than_its_marking_lets(jira: FakeJira) -> None:
    levels = {Marking.GREEN: "Everybody", Marking.AMBER_STRICT: "Responders"}
    port = tickets(jira, security=levels)
    ticket = (await port.create_ticket(CREATE)).ref
    await port.attach(attach(ticket, Marking.AMBER))
    jira.issues[ticket].fields["security"] = {"name": "Everybody"}
    with pytest.raises(Permanent) as raised:
        await port.attach(attach(ticket, Marking.AMBER))
    assert (raised.value.code, raised.value.about) == ("level_too_open", "Responders")
    assert len(jira.issues[ticket].files) == 1


async def test_a_comment_does_not_go_where_more_people_see_it_than_its_marking_lets(jira: FakeJira) -> None:
    port = tickets(jira, security={Marking.GREEN: "Everybody", Marking.AMBER_STRICT: "Responders"})
    ticket = (await port.create_ticket(CREATE)).ref
    comment = Comment(effect_id=some_id("ticket.comment", "1"), ticket=ticket, document=MESSAGE)
    jira.issues[ticket].fields["security"] = {"name": "Everybody"}
    with pytest.raises(Permanent) as raised:
        await port.comment(comment)
    assert (raised.value.code, raised.value.about) == ("level_too_open", "Responders")
    assert jira.count("POST", f"/issue/{ticket}/comment") == 0
    jira.issues[ticket].fields["security"] = {"name": "Responders"}
    await port.comment(comment)
    assert jira.count("POST", f"/issue/{ticket}/comment") == 1


async def test_a_file_is_fetched_from_its_own_site_alone_and_only_as_large_as_is_kept(
    jira: FakeJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = tickets(jira)
    ticket = (await port.create_ticket(CREATE)).ref
    there = await port.attached(f"attachment/{jira.attach(ticket, 'a.log', b'0' * 20)['id']}")
    with pytest.raises(Permanent) as raised:
        await port.fetch(there.model_copy(update={"url": "http://169.254.169.254/latest/meta-data/"}))
    assert raised.value.code == "unknown_file"
    with pytest.raises(Permanent):
        await port.fetch(there.model_copy(update={"size": 21}))
    jira.leads_elsewhere = "http://169.254.169.254/latest/meta-data/"
    with pytest.raises(Permanent) as raised:
        await port.fetch(there)
    assert raised.value.code == "unknown_file"
    jira.leads_elsewhere = ""
    monkeypatch.setattr("integrations.jira.files.MOST_BYTES", 19)
    with pytest.raises(Permanent) as raised:
        await port.fetch(there)
    assert raised.value.code == "too_large"
    with pytest.raises(Permanent):
        await port.attached("SEC-1")
