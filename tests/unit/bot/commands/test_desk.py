"""Lines of people at the desk: the command that comes of them, and what is said back."""

from typing import Any

import pytest

from bot.commands.desk import Desk
from bot.commands.lookup import find_person
from bot.commands.registry import COMMANDS
from playbooks.directory import load_directory, shipped_organizations
from playbooks.domain.document import Banner, Button, Code, Paragraph, plain
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Question
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.texts import load_texts
from tests.circle import KEY, Conversation, directory


@pytest.fixture
async def talk() -> Conversation:
    """An incident of UNHCR's CISO, in which WFP takes part."""
    conversation = Conversation()
    for who, line in (
        ("unhcr-ciso", "declare Ransomware on file servers severity=high class=malicious-code"),
        ("unhcr-ciso", "invite WFP"),
        ("wfp-ciso", "join"),
    ):
        await conversation.desk.say(line, conversation.speaker(who))
    return conversation


async def said(talk: Conversation, line: str, who: str = "unhcr-ciso", key: IncidentKey | None = KEY) -> str:
    return plain(await talk.desk.say(line, talk.speaker(who, key)))


async def test_where_rooms_moved_to_and_what_is_not_to_be_used_is_told_at_a_glance(
    talk: Conversation,
) -> None:
    assert "Muster's own room" not in await said(talk, "status")
    assert "moves to Muster's own room" in await said(talk, "move web"), "who is in haste gives no reason"
    glance = await said(talk, "status", "wfp-ciso")
    assert "UNHCR: Muster's own room" in glance
    assert "not to be used: unhcr/chat" in glance


@pytest.mark.parametrize(
    ("line", "verb", "args", "texts"),
    [
        (
            "declare “Ransomware” severity=high class=malicious-code marking=red restricted playbook=r-1\nit\n  is",
            "declare",
            {
                "severity": "high",
                "class": "malicious-code",
                "marking": "TLP:RED",
                "restricted": True,
                "playbook": "r-1",
            },
            {"title": "Ransomware", "note": "it\n  is"},
        ),
        (
            "declare Access to the restricted area = open",
            "declare",
            {"severity": "medium", "class": "other", "marking": "TLP:AMBER+STRICT", "restricted": False},
            {"title": "Access to the restricted area = open"},
        ),
        ("severity HIGH second host", "severity", {"severity": "high"}, {"reason": "second host"}),
        ("severity high", "severity", {"severity": "high"}, {}),
        ("phase recover", "phase", {"phase": "recover"}, {}),
        ("note  a  b \n c", "note", {}, {"note": "a  b\n c"}),
        (
            "update every=2h All   calm\n- one",
            "update",
            {"every_minutes": 120},
            {"update": "All   calm\n- one"},
        ),
        ("update All calm every=90min", "update", {"every_minutes": 90}, {"update": "All calm"}),
        (
            "role deputy incident commander @WFP-ciso",
            "role",
            {
                "role": "deputy_incident_commander",
                "person": "wfp-ciso",
                "person_organization": "WFP",
                "person_office": None,
            },
            {},
        ),
        (
            "transfer command to @oict-duty",
            "transfer",
            {"person": "oict-duty", "person_organization": "UN", "person_office": "OICT"},
            {},
        ),
        ("aware at=20min", "awareness", {"aware_at": "2026-11-22T11:44:00+00:00"}, {}),
        ("aware", "awareness", {"aware_at": "2026-11-22T12:04:00+00:00"}, {}),
        (
            "touches personal-data,finance generative-ai at=20min Payroll",
            "touch",
            {
                "matters": ["personal_data", "finance", "generative_ai"],
                "aware_at": "2026-11-22T11:44:00+00:00",
            },
            {"note": "Payroll"},
        ),
        (
            "hybrid activate means=digital deliberate=yes danger=both Doors were opened.",
            "hybrid.activate",
            {"means": "digital", "deliberate": "yes", "danger": "both", "called": ["dss-duty"]},
            {"basis": "Doors were opened."},
        ),
        (
            "hybrid expose @dss-duty,@wfp-ciso Gate 2",
            "hybrid.expose",
            {"named": ["dss-duty", "wfp-ciso"], "organizations": ["UN", "WFP"]},
            {"text": "Gate 2"},
        ),
        (
            "hybrid expose @dss-duty @wfp-ciso Gate 2",
            "hybrid.expose",
            {"named": ["dss-duty", "wfp-ciso"], "organizations": ["UN", "WFP"]},
            {"text": "Gate 2"},
        ),
        ("duty waive d1 Nobody's data.", "duty.waive", {"duty": "D-1"}, {"reason": "Nobody's data."}),
        ("invite un-women", "invite", {"organizations": ["UN Women"]}, {}),
        ("invite wfp, unicc", "invite", {"organizations": ["WFP", "UNICC"]}, {}),
        ("leave not affected", "leave", {}, {"reason": "not affected"}),
        ("restrict @unhcr-legal", "restrict", {"named": ["unhcr-legal", "unhcr-ciso"]}, {}),
        (
            "task add for=WFP Isolate the “old” server due=2h",
            "task.add",
            {"organization": "WFP", "function": "cyber", "due_minutes": 120},
            {"text": "Isolate the “old” server"},
        ),
        (
            "task add Guard the gate owner=@dss-duty function=physical-security due=18:00",
            "task.add",
            {
                "organization": "UN",
                "owner": "dss-duty",
                "person_office": "DSS",
                "function": "physical_security",
                "due_minutes": 356,
            },
            {"text": "Guard the gate"},
        ),
        (
            "task add due=2h @wfp-duty Look with @unhcr-duty",
            "task.add",
            {
                "organization": "WFP",
                "owner": "wfp-duty",
                "person_office": None,
                "function": "cyber",
                "due_minutes": 120,
            },
            {"text": "Look with @unhcr-duty"},
        ),
        (
            'task add "@wfp" is on the list',
            "task.add",
            {"organization": "UNHCR", "function": "cyber"},
            {"text": '"@wfp" is on the list'},
        ),
        ("task accept wfp-1", "task.accept", {"task": "WFP-1"}, {}),
        (
            "task done un-women-12 answer=yes clean",
            "task.done",
            {"task": "UN Women-12", "answer": "yes"},
            {"note": "clean"},
        ),
        (
            "ask status wfp UNICC Do you see it? deadline=30min",
            "ask",
            {"purpose": "status_call", "asked": ["WFP", "UNICC"], "deadline_minutes": 30, "needed": 0},
            {"question": "Do you see it?"},
        ),
        (
            "ask approval WFP, UNICC “WHO may block the relay?” needed=1",
            "ask",
            {"purpose": "approval", "asked": ["WFP", "UNICC"], "deadline_minutes": 60, "needed": 1},
            {"question": "WHO may block the relay?"},
        ),
        (
            "ask status all Do you see it?",
            "ask",
            {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60, "needed": 0},
            {"question": "Do you see it?"},
        ),
        (
            "answer c1 not affected we looked",
            "answer",
            {"consultation": "C-1", "option": "not_affected"},
            {"words": "we looked"},
        ),
        ("playbook run ransomware", "playbook.run", {"playbook": "ransomware"}, {}),
        ("close", "close", {}, {}),
        ("reopen it is back", "reopen", {}, {"reason": "it is back"}),
        (
            "room open everybody",
            "joint.open",
            {"name": "everybody", "with": [], "also": []},
            {},
        ),
        (
            "room open core WFP unattributed",
            "joint.open",
            {"name": "core", "with": ["WFP"], "also": [], "unattributed": True},
            {},
        ),
    ],
)
async def test_a_line_becomes_codes_and_peoples_words(
    talk: Conversation, line: str, verb: str, args: dict[str, Any], texts: dict[str, str]
) -> None:
    await said(talk, line)
    command = talk.circle.last
    assert (command.verb, command.args, command.texts) == (verb, args, texts)
    assert command.incident == (None if verb == "declare" else KEY)
    assert command.actor.id == "unhcr-ciso"


async def test_the_incidents_key_comes_first_in_what_is_said_back(talk: Conversation) -> None:
    assert (await said(talk, "severity critical")).strip() == f"{KEY}: the severity is now critical."


async def test_a_request_to_another_organization_says_that_it_must_accept(talk: Conversation) -> None:
    assert "asked of WFP, which accepts or declines it" in await said(talk, "task add Look for=WFP")
    assert "is now with UNHCR" in await said(talk, "task add Look")


async def test_a_refusal_names_its_rule_and_its_source(talk: Conversation) -> None:
    await said(talk, "invite UN")
    await said(talk, "join", "oict-ciso")
    answer = await said(talk, "role operations @dss-duty")
    assert "DSS is confined to the physical security" in answer
    assert "dss_physical_security_only (002 §15-16)" in answer


async def test_whom_a_restricted_incident_names_nobody_of_is_not_invited_into_it(talk: Conversation) -> None:
    await talk.desk.say("restrict @unhcr-duty", talk.speaker("unhcr-ciso"))
    before = talk.circle.last
    assert "names nobody of UNICC" in await said(talk, "invite UNICC")
    assert talk.circle.last is before
    await talk.desk.say("restrict @unhcr-duty @unicc-duty", talk.speaker("unhcr-ciso"))
    await said(talk, "invite UNICC")
    assert talk.circle.last.verb == "invite"


@pytest.mark.parametrize(
    "line",
    [
        "note marking=TLP:RED The source is our own clerk",
        "note The source is our own clerk marking=red",
        "note tlp=amber+strict The source is our own clerk",
        "update marking=tlp:red We know the source",
    ],
)
async def test_a_marking_that_a_command_does_not_take_is_no_word_told_to_all(
    talk: Conversation, line: str
) -> None:
    before = talk.circle.last
    assert "takes no marking" in await said(talk, line)
    assert talk.circle.last is before


async def test_words_that_only_look_like_a_marking_stay_words(talk: Conversation) -> None:
    assert "no marking" not in await said(talk, "note The file said marking=draft and TLP:RED")


async def test_a_slip_gets_the_nearest_command_and_its_usage_and_does_nothing(talk: Conversation) -> None:
    before = len(talk.circle.commands)
    answer = await said(talk, "sevrity high")
    assert "Did you mean severity?" in answer
    assert "/incident severity LEVEL" in answer
    assert len(talk.circle.commands) == before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("severity hgih", "Did you mean high?"),
        ("invite WPF", "Did you mean WFP?"),
        ("role scribe @unhcr-dut", "Did you mean unhcr-duty?"),
        ("declare x serverity=high", "Did you mean severity?"),
        ("task ad x", "Did you mean task add?"),
        ("declare severity=high", "This is missing: “What it is, in a few words”."),
        ("declare x severity=", "needs a value"),
        ("join us now", "more than this command takes"),
        ("language xx", "en, es, fr"),
        ("language fr zone=Atlantis/Sea", "such as Africa/Dakar"),
        ("task add x due=yesterday", "does not fit due"),
        ("task add x owner=@unhcr-duty for=WFP", "unhcr-duty is not of WFP"),
        ("task add @wfp Search your logs", "known as “@wfp”"),
        ("aware at=2027-01-01T10:00Z", "lies in the future"),
        ("ask approval WFP ok? needed=2", "from 1 to 1"),
        ("declare x marking=purple", "is no TLP 2.0 label"),
        ("task done three", "is no task"),
        ("playbook run a/b", "cannot be a name"),
    ],
)
async def test_what_cannot_be_understood_says_what_would_be_right(
    talk: Conversation, line: str, expected: str
) -> None:
    before = len(talk.circle.commands)
    assert expected in await said(talk, line)
    assert len(talk.circle.commands) == before


async def test_a_command_on_an_incident_needs_one_and_its_key_may_be_given(talk: Conversation) -> None:
    assert "Which incident?" in await said(talk, "severity low", key=None)
    assert "is now low" in await said(talk, f"{KEY} severity low", key=None)


async def test_status_is_marked_and_says_what_is_owed_next(talk: Conversation) -> None:
    await said(talk, "task add Call the vendor due=5h")
    await said(talk, "update every=2h All calm")
    document = await talk.desk.say("status", talk.speaker("wfp-ciso"))
    assert isinstance(document.blocks[0], Banner)
    text = plain(document)
    assert "The next status update" in text
    assert "Call the vendor" not in text, "another party's own task is not WFP's to see"
    own = await said(talk, "status")
    assert own.index("The next status update") < own.index("Call the vendor"), "the soonest first"


async def test_waiting_holds_only_what_is_mine_with_the_command_that_settles_it(talk: Conversation) -> None:
    await said(talk, "task add Look for=WFP")
    await said(talk, "ask status WFP Do you see it?")
    document = await talk.desk.say("waiting", talk.speaker("wfp-ciso", None))
    buttons = [block.command for block in document.blocks if isinstance(block, Button)]
    assert buttons[0] == f"/incident {KEY} task accept WFP-1"
    assert f"/incident {KEY} answer C-1 not_affected" in buttons
    for command in (buttons[0], f"/incident {KEY} answer C-1 not_affected"):
        await talk.desk.say(command, talk.speaker("wfp-ciso", None))
    rest = await talk.desk.say("waiting", talk.speaker("wfp-ciso", None))
    assert [b.command for b in rest.blocks if isinstance(b, Button)] == [f"/incident {KEY} task done WFP-1"]
    assert "Nothing waits" in await said(talk, "waiting", "wfp-legal")


async def test_an_invitation_waits_for_whoever_is_invited_until_it_joins(talk: Conversation) -> None:
    await said(talk, "invite UNICC")
    document = await talk.desk.say("waiting", talk.speaker("unicc-duty", None))
    assert "UNICC is invited, and sees no more than that until it joins." in plain(document)
    assert [b.command for b in document.blocks if isinstance(b, Button)] == [f"/incident {KEY} join"]
    await said(talk, "join", "unicc-duty")
    assert "Nothing waits" in await said(talk, "waiting", "unicc-duty", None)


async def test_who_is_not_of_the_circle_learns_of_nothing(talk: Conversation) -> None:
    for line in ("status", "who", "tasks", "timeline", "playbook status"):
        answer = await said(talk, line, "unicc-ciso")
        assert "There is no incident" in answer
        assert "Ransomware" not in answer
    assert "no incident that you may know of" in await said(talk, "list", "unicc-ciso")


async def test_who_is_on_call_is_told_of_ones_own_and_of_those_who_take_part_alone(
    talk: Conversation,
) -> None:
    own = plain(await talk.desk.say("oncall", talk.speaker("unhcr-ciso", None)))
    assert "1. unhcr-duty" in own
    assert "As the directory has it" in own
    assert "1. wfp-duty" in await said(talk, "oncall WFP")
    assert "There is no incident" in await said(talk, "oncall WFP", "unicc-ciso")
    assert "does not take part" in await said(talk, "oncall UNICC")


async def test_the_timeline_tells_every_entry_and_says_what_it_leaves_out(talk: Conversation) -> None:
    text = await said(talk, "timeline last=2 all")
    assert "WFP joined" not in text
    assert "wfp-ciso (WFP) joined for WFP." in text
    assert "2 earlier entries are not shown." in text
    assert "2 entries are not shown" in await said(talk, "timeline last=2")


async def test_what_was_about_to_be_done_is_routine_and_told_where_all_is_wanted(talk: Conversation) -> None:
    first = talk.circle.entries[KEY][0]
    about = {
        "id": "intend",
        "kind": Kind.EFFECT_INTEND,
        "subject": "effect/x",
        "data": {"action": "message.post", "connection": "unhcr/chat", "connected": True, "simulated": False},
        "texts": {},
    }
    talk.circle.entries[KEY].append(first.model_copy(update=about))
    short = await said(talk, "timeline last=1")
    assert "About to" not in short
    assert "joined for WFP" in short, "the last that is not routine"
    assert "About to post a message" in await said(talk, "timeline last=1 all")


async def test_markup_in_peoples_words_stays_data(talk: Conversation) -> None:
    await said(talk, "note <!channel> {incident} `code` [x](http://evil) \x1b[31m")
    assert "<!channel> {incident} `code` [x](http://evil) [31m" in await said(talk, "timeline")


async def test_a_part_of_muster_that_is_away_is_said_in_its_own_words(talk: Conversation) -> None:
    talk.circle.unavailable = Unavailable("The record is away; what you typed is kept.")
    reply = await talk.desk.hear("severity low", talk.speaker("unhcr-ciso"))
    assert plain(reply.document).strip() == "The record is away; what you typed is kept."
    assert reply.failed


async def test_what_a_refusal_tells_one_to_type_stands_apart_and_never_in_backquotes(
    talk: Conversation,
) -> None:
    answer = await talk.desk.say("invite", talk.speaker("unhcr-ciso", None))
    refused = await talk.desk.say("ask status UNICC Are you hit?", talk.speaker("unhcr-ciso"))
    for document, typed in ((answer, "/incident list"), (refused, "/incident invite UNICC")):
        codes = [
            part.text
            for block in document.blocks
            if isinstance(block, Paragraph)
            for part in block.parts
            if isinstance(part, Code)
        ]
        assert typed in codes
        assert "`" not in plain(document)


async def test_beside_a_field_there_is_no_backquote(talk: Conversation) -> None:
    command = next(each for each in COMMANDS if each.spelled == "update")
    [wrong] = talk.desk.faults(command, {"update": "Calm"}, talk.speaker("unhcr-ciso", None)).values()
    assert "/incident list" in wrong
    assert "`" not in wrong


async def test_help_shows_all_a_family_or_one(talk: Conversation) -> None:
    assert "task add" in await said(talk, "")
    assert "declare" not in await said(talk, "help task")
    one = await said(talk, "help task done")
    assert "/incident task done TASK" in one
    assert "Did you mean severity?" in await said(talk, "help sevrity")


async def test_a_mention_of_any_front_end_finds_its_person() -> None:
    known = directory()
    one = known.people[0].model_copy(update={"identities": {"slack": "U012", "matrix": "@one:example.org"}})
    people = known.model_copy(update={"people": (one, *known.people[1:])})
    for typed in ("<@U012>", "<@U012|one>", "@one:example.org", "@UNHCR-ciso", "unhcr-ciso"):
        assert find_person(people, typed, known.people[1]).id == one.id
    assert find_person(people, "me", known.people[1]) == known.people[1]


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("hybrid activate Doors", "Is it by digital technology"),
        ("hybrid activate means=digital Doors", "Is it meant to harm"),
        ("hybrid activate means=digital deliberate=yes Doors", "Are premises made significantly vulnerable"),
        ("hybrid sign", "version"),
        ("hybrid assess station=NBO Text", "risk"),
    ],
)
async def test_each_part_that_is_not_said_is_asked_for(talk: Conversation, line: str, question: str) -> None:
    assert question in await said(talk, line)


async def test_the_network_says_who_signed_and_which_version_stands_while_a_newer_one_is_drafted(
    talk: Conversation,
) -> None:
    met = "means=digital deliberate=yes danger=both"
    await said(talk, f"hybrid activate {met} Doors were opened.")
    for who, line in (
        ("oict-ciso", "join"),
        ("oict-ciso", "hybrid assess station=NBO risk=high Two gates."),
        ("oict-ciso", "hybrid sign version=1"),
        ("dss-duty", "hybrid sign version=1"),
    ):
        await said(talk, line, who)
    view = await said(talk, "hybrid")
    assert "Nothing waits" in await said(talk, "waiting", "oict-ciso", None)
    assert "“Doors were opened.”" in view
    assert "Signed for OICT by oict-ciso. Signed for DSS by dss-duty. “Two gates.”" in view
    await said(talk, "hybrid recommend mitigating Gards.", "dss-duty")
    assert "Joint assessment for NBO, version 2" in await said(talk, "waiting", "oict-ciso", None)
    view = await said(talk, "hybrid")
    assert "Still to be signed by OICT, DSS. Until both have signed it, version 1 stands." in view
    await said(talk, "hybrid withdraw p1", "dss-duty")
    assert "P-1, mitigating, DSS. Taken back. “Gards.”" in await said(talk, "hybrid")


async def test_the_clocks_of_the_speakers_own_organization_start_with_her_awareness() -> None:
    own = """
organizations:
  - code: WFP
    clocks: [{id: board, length: {hours: 72}, receiver: Board, approves: legal, policy: Statute 12}]
people:
  - {id: wfp-duty, organization: WFP, duties: [on_call]}
  - {id: wfp-legal, organization: WFP, duties: [legal]}
"""
    talk = Conversation(people=load_directory(shipped_organizations(), own.encode()))
    for who, line in (("wfp-duty", "declare Ransomware"), ("wfp-duty", "aware at=2h")):
        await talk.desk.say(line, talk.speaker(who, KEY))
    board = await said(talk, "duties", "wfp-legal")
    assert "D-1, WFP, to Board: by 2026-11-25 10:" in board
    assert "Policy: Statute 12" in board
    await said(talk, "duty approve D-1", "wfp-legal")
    assert "was told at" in await said(talk, "duty meet D-1", "wfp-duty")
    assert "D-1, WFP, to Board: met at" in await said(talk, "duties", "wfp-legal")


async def test_a_task_that_asks_several_things_takes_each_by_its_name(talk: Conversation) -> None:
    asks = [
        {"name": "clicked", "type": "integer"},
        {"name": "reported", "type": "bool", "choices": ["true", "false"]},
        {"name": "sender-1", "type": "string"},
    ]
    await said(talk, "task add Look at the message")
    adding = talk.circle.last
    asking = adding.model_copy(update={"id": "asking", "args": {**adding.args, "asks": asks}})
    await talk.circle.submit(asking)
    assert "“many” does not fit clicked" in await said(talk, "task done UNHCR-2 clicked=many reported=true")
    done = await said(
        talk, 'task done UNHCR-2 clicked=3 sender-1="the bank, it says" reported=TRUE One more.'
    )
    command = talk.circle.last
    assert "UNHCR-2 is done" in done
    assert command.args["given"] == {"clicked": "3", "sender-1": None, "reported": "true"}
    assert command.texts == {"note": "One more.", "answer.sender-1": "the bank, it says"}


async def test_what_is_given_under_another_name_is_answered_with_what_the_playbook_takes() -> None:
    async def at_hand() -> dict[str, PlaybookAtHand]:
        takes = (Question(name="system"), Question(name="network"))
        return {"ransomware": PlaybookAtHand("Ransomware", takes), "drill": PlaybookAtHand("Drill")}

    talk = Conversation()
    await talk.desk.say("declare Ransomware", talk.speaker("unhcr-ciso"))
    desk = Desk(talk.circle, talk.circle, directory(), load_texts(), playbooks=at_hand)
    for line, takes in (
        ("playbook run ransomware x=1", "“x=1”. By name it takes system=, network=."),
        ("playbook run drill x=1", "“x=1”. It takes nothing by name."),
    ):
        reply = await desk.hear(line, talk.speaker("unhcr-ciso"))
        assert reply.failed
        assert takes in plain(reply.document)


async def test_what_is_said_from_anywhere_under_the_chatham_house_rule_mentions_nobody(
    talk: Conversation,
) -> None:
    for name, kept in (("all", "Ask @wfp-duty at soc@wfp.example"), ("core", "Ask @… at soc@wfp.example")):
        unattributed = " unattributed" if name == "core" else ""
        await said(talk, f"room open {name}{unattributed}")
        await said(talk, f"say to={name} Ask @wfp-duty at soc@wfp.example")
        assert talk.circle.last.texts == {"words": kept}
