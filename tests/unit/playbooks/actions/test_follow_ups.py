"""What the outside is told because of a decision, and who is brought into which room."""

from typing import Any

import pytest

from playbooks.actions.asking import ON_DUTY
from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.moving import BRIEFING
from playbooks.actions.rooms import REF
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import Standing
from playbooks.domain.judging.page_orders import ORDERS
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.update_reminder import update_reminder
from tests.casts import KEY, Scene, declared, naming


def _of(scene: Scene, entries: tuple[Entry, ...], action: str) -> list[EffectRequest]:
    requests = [request for entry in entries for request in follow_ups(entry, scene.state)]
    return [request for request in requests if request.action == action]


def _invited(scene: Scene, entries: tuple[Entry, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.connection, tuple(each.args["people"])) for each in _of(scene, entries, "room.invite")]


def test_who_declares_and_who_is_on_duty_are_brought_into_the_leads_room() -> None:
    scene = declared("unhcr-duty")
    assert _invited(scene, tuple(scene.entries)) == [("unhcr/chat", (ON_DUTY, "unhcr-duty"))]


def test_who_declares_keeps_the_room_from_its_first_moment() -> None:
    scene = declared("unhcr-duty")
    first, *_ = scene.entries
    before_the_role = scene.state.model_copy(update={"roles": {}, "role_organizations": {}})
    (invited,) = (each for each in follow_ups(first, before_the_role) if each.action == "room.invite")
    assert invited.args["keepers"] == ("unhcr-duty",)


def test_of_a_restricted_incident_nobody_is_told_for_being_on_duty() -> None:
    scene = declared("unhcr-duty", restricted=True)
    assert _invited(scene, tuple(scene.entries)) == [("unhcr/chat", ("unhcr-duty",))]


def test_whoever_takes_a_role_is_brought_into_her_own_organizations_room() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    assigned = scene.do("unhcr-duty", "role", role="scribe", **naming("wfp-legal"))
    assert _invited(scene, assigned) == [("wfp/chat", ("wfp-legal",))]


def test_whoever_holds_a_role_keeps_her_organizations_room_until_it_is_anothers() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))

    def keepers(entries: tuple[Entry, ...]) -> list[tuple[str, ...]]:
        return [tuple(each.args["keepers"]) for each in _of(scene, entries, "room.invite")]

    assert keepers(scene.do("unhcr-duty", "transfer", **naming("unhcr-ciso"))) == [("unhcr-ciso",)]
    assert keepers(scene.do("unhcr-ciso", "role", role="scribe", **naming("unhcr-legal"))) == [
        ("unhcr-ciso", "unhcr-legal")
    ]


def test_whoever_gave_a_role_to_another_organization_keeps_no_room_any_more_nor_a_joint_one() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    scene.do("unhcr-duty", "joint.open", name="all")
    given = scene.do("unhcr-duty", "transfer", **naming("wfp-ciso"))
    kept = {
        (each.connection, each.args["room"].rpartition("/")[2]): (each.args["people"], each.args["keepers"])
        for each in _of(scene, given, "room.invite")
    }
    assert kept == {
        ("wfp/chat", "room"): (("wfp-ciso",), ("wfp-ciso",)),
        ("wfp/chat", "room.joint-all"): (("wfp-ciso",), ("wfp-ciso",)),
        ("unhcr/chat", "room"): ((), ()),
        ("unhcr/chat", "room.joint-all"): ((), ()),
    }
    left = scene.do("wfp-ciso", "leave") if scene.state.lead != "WFP" else ()
    assert [each.args["keepers"] for each in _of(scene, left, "room.invite")] == [()]


def test_the_rooms_of_those_who_were_asked_are_told_that_no_more_answers_are_taken() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    (opened,) = scene.do("unhcr-duty", "ask", purpose="status_call", asked=["WFP"], deadline_minutes=5)
    closed = opened.model_copy(update={"kind": Kind.QUESTION_CLOSE})
    assert [each.args.get("ends") for each in _of(scene, (opened,), "message.post")] == [None, None]
    assert [each.args.get("ends") for each in _of(scene, (closed,), "message.post")] == ["C-1", "C-1"]


def test_an_invited_organizations_room_has_its_people_on_duty_and_then_who_joins() -> None:
    scene = declared("unhcr-duty")
    invited = scene.do("unhcr-duty", "invite", organizations=["WFP"])
    assert ("wfp/chat", (ON_DUTY,)) in _invited(scene, invited)
    joined = scene.do("wfp-ciso", "join")
    assert _invited(scene, joined) == [("wfp/chat", ("wfp-ciso",))]


def test_a_room_is_opened_and_then_filled_before_anything_is_said_in_it() -> None:
    """In an encrypted room nobody reads what was said before she was invited."""
    scene = declared("unhcr-duty")
    turns = [tuple(scene.entries)]

    def does(who: str, verb: str, **args: Any) -> None:
        turns.append(scene.do(who, verb, **args))

    does("unhcr-duty", "invite", organizations=["WFP"])
    does("wfp-ciso", "join")
    does("unhcr-duty", "role", role="scribe", **naming("wfp-legal"))
    does("unhcr-duty", "joint.open", name="all")
    does("wfp-ciso", "move", connection="wfp/matrix", because="compromised", people=["wfp-legal"])
    steps = ["room.open", "room.invite", "message.post"]
    brought_in = 0
    for entries in turns:
        in_room: dict[str, list[int]] = {}
        for request in (each for entry in entries for each in follow_ups(entry, scene.state)):
            if request.action in steps:
                room = str(request.args.get("room", f"{REF}{request.effect_id}"))
                in_room.setdefault(room, []).append(steps.index(request.action))
        assert all(order == sorted(order) for order in in_room.values()), in_room
        brought_in += sum(1 in order and 2 in order for order in in_room.values())
    assert brought_in >= len(turns)


def test_the_ticket_is_given_to_whoever_declares_and_then_goes_with_command() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    (ticket,) = _of(scene, tuple(scene.entries), "ticket.create")
    assert ticket.args["assignee"] == "unhcr-duty"
    assert not _of(scene, tuple(scene.entries), "ticket.update"), "it is so from the beginning"
    (passed,) = _of(scene, scene.do("unhcr-duty", "transfer", **naming("unhcr-ciso")), "ticket.update")
    assert passed.args == {"ticket": f"{REF}{ticket.effect_id}", "assignee": "unhcr-ciso"}
    away = scene.do("unhcr-ciso", "transfer", **naming("wfp-ciso"))
    assert not _of(scene, away, "ticket.update"), "nobody of another organization has an account there"
    scribe = scene.do("wfp-ciso", "role", role="scribe", **naming("unhcr-legal"))
    assert not _of(scene, scribe, "ticket.update")


def test_the_ticket_follows_the_severity_and_the_updates() -> None:
    scene = declared("unhcr-duty", severity="high")
    (worse,) = _of(scene, scene.do("unhcr-duty", "severity", severity="critical"), "ticket.update")
    assert worse.args["severity"] == "critical"
    (entry,) = scene.do("unhcr-duty", "update")
    (said,) = _of(scene, (entry,), "ticket.comment")
    assert (said.connection, said.entries) == ("unhcr/tickets", (entry.id,))


def _reminded(scene: Scene) -> Entry:
    """The clock asks for the update that is owed."""
    scene.at = scene.state.update_due_at or scene.at
    entry = update_reminder(scene.state, scene.at)
    scene.entries.append(entry)
    return entry


def _rooms_told(scene: Scene, *entries: Entry) -> dict[str, tuple[str, ...]]:
    posted = _of(scene, entries, "message.post")
    return {each.connection: tuple(each.args.get("duties", ())) for each in posted}


def test_an_update_that_does_not_come_is_asked_of_the_lead_then_told_to_all_and_pages_once() -> None:
    scene = declared("unhcr-duty", severity="high", joined=("WFP",))
    scene.do("unhcr-duty", "update", every_minutes=30)
    first = _reminded(scene)
    assert _rooms_told(scene, first) == {"unhcr/chat": ()}
    assert not _of(scene, (first,), "page.trigger")
    second = _reminded(scene)
    assert _rooms_told(scene, second) == {"unhcr/chat": (Duty.ON_CALL,), "wfp/chat": ()}
    assert [each.connection for each in _of(scene, (second,), "page.trigger")] == ["unhcr/pager"]
    third = _reminded(scene)
    assert _rooms_told(scene, third) == {"unhcr/chat": (Duty.ON_CALL,)}
    assert not _of(scene, (third,), "page.trigger")
    scene.do("unhcr-duty", "update", every_minutes=30)
    assert _rooms_told(scene, _reminded(scene)) == {"unhcr/chat": ()}


def test_an_update_that_does_not_come_wakes_nobody_where_it_is_not_grave() -> None:
    scene = declared("unhcr-duty", severity="medium")
    scene.do("unhcr-duty", "update", every_minutes=30)
    assert not _of(scene, (_reminded(scene), _reminded(scene)), "page.trigger")


def test_whoever_commands_is_named_where_an_update_is_owed() -> None:
    scene = declared("unhcr-duty")
    scene.do("unhcr-duty", "transfer", **naming("unhcr-ciso"))
    scene.do("unhcr-ciso", "role", role="deputy_incident_commander", **naming("unhcr-legal"))
    scene.do("unhcr-ciso", "update", every_minutes=30)
    assert _reminded(scene).data["named"] == ["unhcr-ciso", "unhcr-legal"]


def test_a_room_begins_with_how_things_stand_when_its_organization_is_invited_and_when_it_joins() -> None:
    scene = declared("unhcr-duty")
    for entries in (
        scene.do("unhcr-duty", "invite", organizations=["WFP"]),
        scene.do("wfp-ciso", "join"),
    ):
        briefed = [each for each in _of(scene, entries, "message.post") if each.text == BRIEFING]
        assert [each.connection for each in briefed] == ["wfp/chat"]


def test_an_invitation_calls_whoever_answers_for_the_organization() -> None:
    scene = declared("unhcr-duty")
    invited = scene.do("unhcr-duty", "invite", organizations=["WFP"])
    calling = [each for each in _of(scene, invited, "message.post") if each.args.get("duties")]
    assert [(each.connection, each.args["duties"]) for each in calling] == [
        ("wfp/chat", (Duty.CISO, Duty.ON_CALL))
    ]


def test_whoever_asked_for_a_task_hears_what_became_of_it_and_its_own_room_what_it_does_not_know() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    scene.do("unhcr-duty", "task.add", task="WFP-1", organization="WFP", texts={"text": "Look."})
    for verb in ("task.accept", "task.done"):
        assert _rooms_told(scene, *scene.do("wfp-duty", verb, task="WFP-1")) == {"unhcr/chat": ()}
    scene.do("unhcr-duty", "task.add", task="WFP-2", organization="WFP", texts={"text": "Look again."})
    assert _rooms_told(scene, *scene.do("wfp-duty", "task.decline", task="WFP-2")) == {"unhcr/chat": ()}


PAGE = f"unhcr/pager/{KEY}/page.trigger/severity-critical"


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_asked_of_a_page_goes_to_its_pager_and_only_a_note_carries_words(order: str) -> None:
    scene = declared("unhcr-duty", severity="critical", joined=("WFP",))
    people: dict[str, Any] = {"people": ["unhcr-ciso"]} if order in ("reassign", "respond") else {}
    (entry,) = scene.do("unhcr-legal", f"page.{order}", page=PAGE, **people)
    (asked,) = _of(scene, (entry,), f"page.{order}")
    assert (asked.connection, asked.args) == ("unhcr/pager", {"page": f"{REF}{PAGE}"} | people)
    is_note = order == "note"
    assert (asked.entries, asked.marking) == (
        ((entry.id,), entry.marking) if is_note else ((), Marking.GREEN)
    )
    assert entry.audience == ("UNHCR",)


def test_an_organization_that_takes_part_is_paged_by_codes_alone_and_both_hear_why() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    (entry,) = scene.do("unhcr-legal", "page.wake", organization="WFP", texts={"reason": "Backups go."})
    (page,) = _of(scene, (entry,), "page.trigger")
    assert (page.connection, page.entries, page.marking) == ("wfp/pager", (), Marking.GREEN)
    assert not _of(scene, (entry,), "page.reassign")
    assert entry.audience == ("UNHCR", "WFP")
    (again,) = scene.do("wfp-duty", "page.wake", organization="WFP")
    assert _of(scene, (again,), "page.trigger")[0].effect_id != page.effect_id
    assert scene.refused("unhcr-legal", "page.wake", organization="IOM").code == "not_a_party"


def test_whoever_holds_a_role_is_handed_the_page_and_mentioned() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    (entry,) = scene.do(
        "wfp-duty", "page.wake", organization="UNHCR", role="incident_commander", people=["unhcr-duty"]
    )
    (page,), (handed,) = (_of(scene, (entry,), action) for action in ("page.trigger", "page.reassign"))
    assert handed.args == {"page": f"{REF}{page.effect_id}", "people": ("unhcr-duty",)}
    assert handed.entries == ()
    assert not _of(scene, (entry,), "mail.send"), "only where the pager does not call her"
    assert (entry.data["called"], entry.audience) == (["unhcr-duty"], ("WFP", "UNHCR"))


@pytest.mark.parametrize(
    "page", [PAGE, f"wfp/pager/{KEY}/ticket.create/x", "wfp/pager/INC-2026-9999/page.trigger/x"]
)
def test_a_page_is_answered_by_the_organization_whose_pager_it_went_to(page: str) -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    assert scene.refused("wfp-duty", "page.note", page=page).code == "own_pager_only"


def test_who_is_asked_beside_the_parties_hears_of_the_effect_in_its_own_room_and_no_other() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    for code in ("UNICC", "IOM"):
        scene.do("unhcr-duty", "invite", organizations=[code])
    asked = scene.do(
        "unhcr-duty", "ask", purpose="status_call", asked=["WFP", "UNICC", "IOM"], deadline_minutes=60
    )
    posted = {each.connection: each.audience for each in _of(scene, asked, "message.post")}
    assert posted == {
        "unhcr/chat": ("parties",),
        "wfp/chat": ("parties", "WFP"),
        "unicc/chat": ("parties", "UNICC"),
        "iom/chat": ("parties", "IOM"),
    }


def test_asking_twice_as_many_makes_requests_twice_as_large() -> None:
    """Temporal takes 4 MiB at once; a thousand requests that each named a thousand organizations made 10.5 MB."""

    def size(organizations: int) -> int:
        scene = declared("unhcr-duty")
        (opened,) = scene.do("unhcr-duty", "ask", purpose="status_call", asked=["UNHCR"], deadline_minutes=60)
        codes = [OrganizationCode(f"ORG{number:04}") for number in range(organizations)]
        parties = {**scene.state.parties, **dict.fromkeys(codes, Standing.INVITED)}
        asked = opened.model_copy(update={"audience": (*opened.audience, *codes)})
        requests = follow_ups(asked, scene.state.model_copy(update={"parties": parties}))
        assert len(requests) == organizations + 1
        return sum(len(each.model_dump_json()) for each in requests)

    assert size(400) < 2.1 * size(200)
    assert size(1_000) < 1_000_000


def duties(scene: Scene, entries: tuple[Entry, ...], chat: str = "unhcr/chat") -> list[tuple[str, ...]]:
    posts = [each for each in _of(scene, entries, "message.post") if each.connection == chat]
    return [tuple(each.args.get("duties", ())) for each in posts]


def test_a_question_is_for_who_may_answer_and_in_the_rooms_of_those_alone_who_are_asked() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    asked = scene.do("unhcr-duty", "ask", purpose="status_call", asked=["WFP"], deadline_minutes=60)
    assert duties(scene, asked, "wfp/chat") == [("ciso", "on_call")]
    assert not any(duties(scene, asked))


def test_what_only_informs_calls_nobody() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    told = scene.do("unhcr-duty", "severity", severity="critical")
    assert not any(duties(scene, told) + duties(scene, told, "wfp/chat"))
