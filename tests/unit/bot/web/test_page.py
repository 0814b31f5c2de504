from datetime import timedelta

import pytest

from bot.web.page.group import Group
from bot.web.page.moments import moments, telling
from bot.web.page.spans import spoken
from bot.web.page.story import WINDOW, leaf, window
from bot.web.page.waiting import waiting
from bot.web.render import words
from playbooks.domain.fold import fold
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, show
from playbooks.domain.tongue import Tongue, speaking
from playbooks.domain.trace import traces_of
from playbooks.texts import load_texts
from tests.casts import declared, directory
from tests.worlds import BEGAN_AT, RANSOMWARE, a_circle, a_ransomware_incident, many_notes

CIRCLE = a_circle()
READER = Reader(organization=CIRCLE.organization("UNHCR").code, person="unhcr-ciso", party_to=(RANSOMWARE,))
AT = BEGAN_AT + timedelta(minutes=136)


def test_the_key_moments_of_a_closed_incident_come_with_their_spans() -> None:
    story = [show(entry, READER) for entry in a_ransomware_incident(closed=True)]
    found = {moment.name: moment for moment in moments(traces_of(story))}
    assert found["alerted"].since_first is None
    assert found["acknowledged"].since_first == timedelta(minutes=6, seconds=30)
    for name in ("aware", "contained", "closed"):
        assert found[name].since_first
    assert [moment.name for moment in telling(moments([]))] == ["closed"]


def test_what_waits_for_oneself_comes_first_with_its_commands() -> None:
    case = fold(RANSOMWARE, a_ransomware_incident())
    rows = waiting(case, CIRCLE.person("wfp-duty"), load_texts(), AT)
    assert [row.id for row in rows if row.mine] == ["C-1", "WFP-2", "C-2"]
    assert [row.mine for row in rows] == sorted((row.mine for row in rows), reverse=True)
    assert [button.command for button in rows[0].buttons] == [
        f"/incident answer C-1 {option}" for option in ("affected", "not_affected", "unknown")
    ]
    assert not [row for row in waiting(case, CIRCLE.person("dss-duty"), load_texts(), AT) if row.buttons]


def test_an_assessment_waits_for_who_signs_for_her_office_and_a_share_for_who_answers_for_who_bears_it() -> (
    None
):
    here = declared(joined=("WFP", "UN"))
    here.do("unhcr-duty", "hybrid.activate", means="digital", deliberate="yes", danger="both")
    here.do("oict-duty", "hybrid.assess", texts={"text": "Two gates."}, base=0, station="NBO", risk="high")
    here.do("oict-duty", "hybrid.sign", version=1)
    here.do("unhcr-duty", "cost.log", bearers=["WFP"], hours="2", rate="95", currency="USD")
    waits = {
        who: [
            button.command
            for row in waiting(here.case, directory().person(who), load_texts(), AT)
            for button in row.buttons
        ]
        for who in ("dss-duty", "dss-responder", "oict-duty", "wfp-ciso", "wfp-responder", "unhcr-ciso")
    }
    assert waits.pop("dss-duty") == ["/incident hybrid sign version=1"]
    assert waits.pop("wfp-ciso") == ["/incident cost confirm K-1"]
    assert not any(waits.values())


def test_a_window_begins_each_day_with_its_name() -> None:
    story = [show(entry, READER) for entry in many_notes(20 * 60 * 6)]
    by_id, traces = {shown.id: shown for shown in story}, traces_of(story)
    whole = leaf(traces, page=1)
    assert whole.pages == -(-len(story) // WINDOW)
    last = window(leaf(traces, page=whole.pages), by_id, load_texts(), "TLP:AMBER+STRICT")
    days = [line.new_day for line in last.told if line.new_day]
    assert len(days) == 1


def test_what_is_routine_went_well_and_leaves_nothing_to_take_back() -> None:
    story = [show(entry, READER) for entry in a_ransomware_incident(closed=True)]
    lines = window(
        leaf(traces_of(story)), {shown.id: shown for shown in story}, load_texts(), "TLP:AMBER"
    ).told
    minor = {line.id for line in lines if line.minor}
    came = {
        (shown.slots["data"]["action"], shown.slots["data"]["state"], shown.id in minor)
        for shown in story
        if shown.slots.get("kind") == Kind.EFFECT_CONCLUDE
    }
    assert came >= {
        ("message.post", "done", True),
        ("ticket.create", "done", False),
        ("page.trigger", "done", False),
        ("containment.isolate", "unknown", False),
    }
    assert {line.group for line in lines if line.minor} == {Group.EFFECTS}


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=41), "41 min"),
        (timedelta(hours=3, minutes=5, seconds=59), "3 h 5 min"),
        (timedelta(days=9, hours=3, minutes=2), "9 d 3 h"),
        (-timedelta(minutes=5), "5 min"),
    ],
)
def test_spans_are_two_units_long(length: timedelta, said: str) -> None:
    assert spoken(length) == said


def test_a_signature_waits_for_the_office_that_is_asked_for_and_for_nobody_else() -> None:
    here = declared(joined=("WFP",))
    here.do("unhcr-duty", "ask", purpose="sign_off", signs="legal", asked=["WFP"], deadline_minutes=60)
    waits = {
        who: [row.mine for row in waiting(here.case, directory().person(who), load_texts(), AT)]
        for who in ("wfp-legal", "wfp-ciso", "wfp-duty")
    }
    assert waits == {"wfp-legal": [True], "wfp-ciso": [False], "wfp-duty": [False]}


def test_what_a_status_call_asks_of_a_part_waits_for_whoever_works_it_under_a_mandate() -> None:
    here = declared(joined=("WFP", "UNICC"))
    here.do("wfp-ciso", "mandate.give", to="UNICC", is_provider=True)
    here.do("unicc-duty", "mandate.accept", organization="WFP")
    here.do("unhcr-duty", "ask", purpose="status_call", asked=["WFP"], deadline_minutes=60)
    here.do("unhcr-duty", "ask", purpose="opt_in", asked=["WFP"], deadline_minutes=60)
    buttons = [
        button.command
        for row in waiting(here.case, directory().person("unicc-duty"), load_texts(), AT)
        for button in row.buttons
    ]
    options = ("affected", "not_affected", "unknown")
    assert buttons == [f'/incident answer C-1 {option} for="WFP"' for option in options]


def test_cyber_work_of_the_secretariat_waits_for_nobody_of_dss() -> None:
    here = declared("oict-duty")
    here.do("oict-duty", "task.add", texts={"text": "Isolate it."}, organization="UN", function="cyber")
    waits = {
        who: [row.mine for row in waiting(here.case, directory().person(who), load_texts(), AT)]
        for who in ("dss-duty", "oict-responder")
    }
    assert waits == {"dss-duty": [False], "oict-responder": [True]}


def test_words_read_the_other_way_than_the_page_are_kept_apart_from_their_neighbours() -> None:
    assert words("Since Friday?") == "Since Friday?"
    assert words("منذ الجمعة؟").startswith("<bdi")
    with speaking(Tongue(language="ar")):
        assert words("Since Friday?") == '<bdi dir="auto">Since Friday?</bdi>'
