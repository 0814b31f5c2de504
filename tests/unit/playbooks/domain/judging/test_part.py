"""What each command on an organization's part leads to: its own tasks, and the work that others ask of it."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.errors import Conflict, IncidentError, Malformed, NotFound, Refused
from playbooks.domain.judging.part import PART_VERBS
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Task, TaskStatus
from tests.casts import UNHCR, UNICC, WFP, Scene, declared, naming, owned_by


def with_request(**args: Any) -> Scene:
    """WFP is asked by UNHCR for one thing, WFP-1."""
    scene = declared(joined=["WFP", "UNICC"])
    scene.do("unhcr-duty", "task.add", texts={"text": "Search the proxy logs"}, organization="WFP", **args)
    return scene


def rule(error: IncidentError) -> tuple[type[IncidentError], str, str]:
    return type(error), error.code, error.source


class TestAdding:
    def test_work_for_ones_own_organization_stands_at_once(self) -> None:
        scene = declared()
        (entry,) = scene.do(
            "unhcr-duty", "task.add", organization="UNHCR", due_minutes=90, **owned_by("unhcr-responder")
        )

        task = scene.task("UNHCR-1")
        assert entry.kind == Kind.TASK_ADD
        assert (task.status, task.owner) == (TaskStatus.OPEN, "unhcr-responder")
        assert task.due_at == entry.at + timedelta(minutes=90)

    def test_work_for_another_is_a_request(self) -> None:
        scene = with_request()

        task = scene.task("WFP-1")
        assert (task.status, task.requested_by) == (TaskStatus.REQUESTED, UNHCR)

    def test_nothing_is_asked_of_one_who_takes_no_part(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "invite", organizations=["WFP"])

        error = scene.refused("unhcr-duty", "task.add", organization="WFP")
        assert rule(error) == (Refused, "not_a_party", "004 §7")

    def test_tasks_are_known_to_the_organization_and_to_the_lead(self) -> None:
        scene = with_request()

        assert scene.entries[-1].audience == (WFP, UNHCR)

    def test_of_a_restricted_incident_to_the_named_alone(self) -> None:
        scene = with_request()
        scene.do("unhcr-duty", "restrict", named=["wfp-duty"])
        scene.do("wfp-duty", "task.accept", task="WFP-1")

        assert scene.entries[-1].audience == ("person:unhcr-duty", "person:wfp-duty")
        assert type(scene.refused("wfp-ciso", "task.done", task="WFP-1")) is NotFound

    def test_dss_gets_no_cyber_task_and_oict_no_security_task(self) -> None:
        scene = declared("oict-duty")

        def refused(function: str, person: str) -> tuple[type[IncidentError], str, str]:
            return rule(
                scene.refused(
                    "oict-duty", "task.add", organization="UN", function=function, **owned_by(person)
                )
            )

        assert refused("cyber", "dss-duty") == (Refused, "dss_physical_security_only", "002 §15-16")
        assert refused("physical_security", "oict-duty") == (
            Refused,
            "oict_no_physical_security",
            "002 §15-16",
        )
        scene.do(
            "oict-duty", "task.add", organization="UN", function="physical_security", **owned_by("dss-duty")
        )

    @pytest.mark.parametrize("minutes", [0, -1, 10**30])
    def test_a_task_is_due_after_a_minute_at_the_earliest(self, minutes: int) -> None:
        error = declared().refused("unhcr-duty", "task.add", organization="UNHCR", due_minutes=minutes)
        assert error.code == "bad_span"


class TestAccepting:
    def test_who_accepts_owns_it_unless_somebody_was_named(self) -> None:
        scene = with_request()
        scene.do("wfp-duty", "task.accept", task="WFP-1")
        assert (scene.task("WFP-1").status, scene.task("WFP-1").owner) == (TaskStatus.OPEN, "wfp-duty")

        named = with_request(**owned_by("wfp-responder"))
        named.do("wfp-duty", "task.accept", task="WFP-1")
        assert named.task("WFP-1").owner == "wfp-responder"

    def test_whoever_asked_hears_of_it_while_it_takes_part_and_no_longer(self) -> None:
        scene = declared(joined=["WFP", "UNICC"])
        for _ in range(2):
            scene.do("unicc-duty", "task.add", organization="WFP")
        (heard,) = scene.do("wfp-duty", "task.accept", task="WFP-1")
        scene.do("unicc-duty", "leave")
        (unheard,) = scene.do("wfp-duty", "task.accept", task="WFP-2")
        assert (heard.audience, unheard.audience) == ((WFP, UNHCR, UNICC), (WFP, UNHCR))

    def test_only_its_own_people_decide_on_it(self) -> None:
        scene = with_request()

        for verb in ("task.accept", "task.decline", "task.done", "task.assign"):
            error = scene.refused("unhcr-duty", verb, task="WFP-1", **naming("wfp-duty"))
            assert rule(error) == (Refused, "own_part_only", "004 §7")

    def test_what_is_open_needs_no_acceptance(self) -> None:
        scene = with_request()
        scene.do("wfp-duty", "task.accept", task="WFP-1")

        assert rule(scene.refused("wfp-duty", "task.accept", task="WFP-1"))[:2] == (Conflict, "task_open")

    def test_dss_cannot_accept_cyber_work_nor_oict_the_other(self) -> None:
        scene = declared(joined=["UN"])
        scene.do("unhcr-duty", "task.add", organization="UN", function="cyber")
        scene.do("unhcr-duty", "task.add", organization="UN", function="physical_security")

        assert scene.refused("dss-duty", "task.accept", task="UN-1").code == "dss_physical_security_only"
        assert scene.refused("oict-duty", "task.accept", task="UN-2").code == "oict_no_physical_security"
        scene.do("oict-duty", "task.accept", task="UN-1")
        scene.do("dss-duty", "task.accept", task="UN-2")

    def test_declining_settles_it(self) -> None:
        scene = with_request()
        scene.do("wfp-duty", "task.decline", task="WFP-1")

        assert scene.task("WFP-1").is_settled
        assert rule(scene.refused("wfp-duty", "task.accept", task="WFP-1"))[:2] == (Conflict, "task_settled")


class TestDoing:
    def test_a_request_is_accepted_before_it_is_done(self) -> None:
        scene = with_request()
        assert scene.refused("wfp-duty", "task.done", task="WFP-1").code == "task_requested"

        scene.do("wfp-duty", "task.accept", task="WFP-1")
        scene.do("wfp-duty", "task.done", task="WFP-1")
        assert scene.task("WFP-1").status is TaskStatus.DONE
        assert scene.refused("wfp-duty", "task.done", task="WFP-1").code == "task_settled"

    def test_a_task_that_asks_is_finished_by_choosing(self) -> None:
        scene = declared()
        scene.do("playbook of UNHCR", "task.add", organization="UNHCR", answers=["true", "false"])

        for answer in ({}, {"answer": "maybe"}):
            error = scene.refused("unhcr-duty", "task.done", task="UNHCR-1", **answer)
            assert rule(error)[:2] == (Malformed, "answer_needed")
        scene.do("unhcr-duty", "task.done", task="UNHCR-1", answer="false")
        assert scene.task("UNHCR-1").answer == "false"

    def test_what_it_says_of_itself_stands_in_it(self) -> None:
        scene = declared()
        said: dict[str, Any] = {
            "hand_to": ["designated_official"],
            "station": "NBO",
            "outlasts": True,
            "by_hand": True,
        }
        (entry,) = scene.do("playbook of UNHCR", "task.add", organization="UNHCR", **said)
        assert {name: entry.data[name] for name in said} == said
        (plain,) = scene.do("playbook of UNHCR", "task.add", organization="UNHCR")
        assert not set(said) & set(plain.data)

    def test_a_playbook_takes_back_the_task_that_it_waits_for_and_no_other(self) -> None:
        scene = declared()
        for origin in ("run|1", "run|2"):
            scene.do("playbook of UNHCR", "task.add", organization="UNHCR", origin=origin)
        scene.do("playbook of UNHCR", "task.withdraw", organization="UNHCR", origin="run|2")
        assert [scene.task(f"UNHCR-{number}").status for number in (1, 2)] == [
            TaskStatus.OPEN,
            TaskStatus.WITHDRAWN,
        ]
        again = scene.refused("playbook of UNHCR", "task.withdraw", organization="UNHCR", origin="run|2")
        assert rule(again)[:2] == (Conflict, "task_settled")

    def test_dss_does_not_finish_cyber_work_either(self) -> None:
        scene = declared("oict-duty")
        scene.do("oict-duty", "task.add", organization="UN", function="cyber")

        assert scene.refused("dss-duty", "task.done", task="UN-1").code == "dss_physical_security_only"

    def test_a_task_that_is_not_there_is_not_found(self) -> None:
        assert type(declared().refused("unhcr-duty", "task.done", task="UNHCR-9")) is NotFound


class TestAssigning:
    def test_within_the_organization_it_gets_a_new_owner(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "task.add", organization="UNHCR")
        scene.do("unhcr-duty", "task.assign", task="UNHCR-1", **naming("unhcr-ciso"))

        assert scene.task("UNHCR-1").owner == "unhcr-ciso"

    def test_to_somebody_of_another_it_is_handed_over(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("unhcr-duty", "task.add", organization="UNHCR")
        (entry,) = scene.do("unhcr-duty", "task.assign", task="UNHCR-1", **naming("wfp-duty"))

        assert (entry.kind, entry.data["to"], entry.data["owner"]) == (Kind.TASK_HAND_OVER, "WFP", "wfp-duty")
        assert scene.task("UNHCR-1").status is TaskStatus.HANDED_OVER

    def test_by_when_it_is_due_goes_along_as_long_as_that_lies_ahead(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("unhcr-duty", "task.add", organization="UNHCR", due_minutes=60, answers=["yes", "no"])
        (entry,) = scene.do("unhcr-duty", "task.assign", task="UNHCR-1", **naming("wfp-duty"))

        task = scene.task("UNHCR-1")
        asked = task.handed_over("wfp-duty", entry.at)
        (request,) = scene.do("unhcr-duty", "task.add", **{**asked, "organization": "WFP"})
        assert task.due_at is not None
        assert scene.task("WFP-1").due_at == request.at + (task.due_at - entry.at)
        assert scene.task("WFP-1").answers == ("yes", "no")
        assert (scene.task("WFP-1").status, scene.task("WFP-1").owner) == (TaskStatus.REQUESTED, "wfp-duty")
        assert "due_minutes" not in task.handed_over("wfp-duty", entry.at + timedelta(hours=1))

    def test_work_of_an_office_goes_to_nobody_of_another_organization(self) -> None:
        scene = declared("oict-duty", joined=["WFP"])
        scene.do("oict-duty", "task.add", organization="UN", office="OICT")

        error = scene.refused("oict-duty", "task.assign", task="UN-1", **naming("wfp-duty"))
        assert rule(error) == (Refused, "other_office", "002 §16")

    def test_but_not_to_one_who_takes_no_part(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "task.add", organization="UNHCR")

        error = scene.refused("unhcr-duty", "task.assign", task="UNHCR-1", **naming("wfp-duty"))
        assert rule(error) == (Refused, "not_a_party", "004 §7")

    def test_nor_against_the_bounds_of_an_office_within_or_across(self) -> None:
        scene = declared("unhcr-duty", joined=["UN"])
        scene.do("unhcr-duty", "task.add", organization="UNHCR", function="cyber")
        scene.do("oict-duty", "task.add", organization="UN", function="cyber")
        scene.do("dss-duty", "task.add", organization="UN", function="physical_security")

        across = scene.refused("unhcr-duty", "task.assign", task="UNHCR-1", **naming("dss-duty"))
        within = scene.refused("oict-duty", "task.assign", task="UN-1", **naming("dss-duty"))
        other = scene.refused("dss-duty", "task.assign", task="UN-2", **naming("oict-duty"))
        assert rule(across) == rule(within) == (Refused, "dss_physical_security_only", "002 §15-16")
        assert rule(other) == (Refused, "oict_no_physical_security", "002 §15-16")


@pytest.mark.parametrize("verb", PART_VERBS)
def test_a_closed_incident_takes_no_work(verb: str) -> None:
    scene = declared()
    scene.do("unhcr-duty", "close")

    who = "playbook of UNHCR" if verb == "task.withdraw" else "unhcr-duty"
    error = scene.refused(who, verb, organization="UNHCR")
    assert rule(error)[:2] == (Conflict, "incident_closed")


_ADD = {
    "organization": "UNHCR",
    "function": "cyber",
    "owner": "unhcr-ciso",
    "due_minutes": 5,
    "answers": ["a"],
    "origin": "a|b",
}
_WRONG: tuple[Any, ...] = (5, 1.5, 10**40, float("inf"), "", "x", [], [[]], [5], {}, True, "\ud800")


@pytest.mark.parametrize("argument", [name for name in _ADD if name != "organization"])
def test_a_wrong_argument_is_refused_or_harmless(argument: str) -> None:
    for wrong in _WRONG:
        scene = declared()
        try:
            scene.do("unhcr-duty", "task.add", **{**_ADD, argument: wrong})
        except (Malformed, Refused):
            continue
        task = scene.task("UNHCR-1")
        assert Task.model_validate_json(task.model_dump_json()) == task


@pytest.mark.parametrize("argument", ["task", "person", "person_office"])
def test_a_wrong_assignment_is_refused_or_harmless(argument: str) -> None:
    for wrong in _WRONG:
        scene = declared()
        scene.do("unhcr-duty", "task.add", organization="UNHCR")
        try:
            scene.do(
                "unhcr-duty", "task.assign", **{"task": "UNHCR-1", **naming("unhcr-ciso"), argument: wrong}
            )
        except (Malformed, Refused, NotFound, AttributeError):
            continue
        task = scene.task("UNHCR-1")
        assert Task.model_validate_json(task.model_dump_json()) == task
