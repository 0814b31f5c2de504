"""What the check finds: one change to a playbook that is right, one finding that says so."""

from typing import Any

import pytest

from playbooks.cacao import limits
from playbooks.cacao.extension import EXTENSION_ID
from playbooks.cacao.finding import Severity, Verdict
from tests.unit.playbooks.cacao.samples import (
    BLOCK,
    BLOCK_END,
    END,
    FIREWALL,
    GOOD,
    GROUP,
    HEAD,
    IF,
    LOGIN,
    LOOK,
    START,
    Change,
    Document,
    changed,
    reading,
)

OTHER = "action--11111111-1111-4111-8111-111111111111"
OTHER_END = "end--22222222-2222-4222-8222-222222222222"
MARKING = "marking-tlp--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"


def set_in(*path: object, to: object) -> Change:
    def change(document: Document) -> None:
        where: Any = document
        for part in path[:-1]:
            where = where[part]
        where[path[-1]] = to

    return change


def remove(*path: object) -> Change:
    def change(document: Document) -> None:
        where: Any = document
        for part in path[:-1]:
            where = where[part]
        del where[path[-1]]

    return change


def both(*changes: Change) -> Change:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def step(identifier: str, *path: object, to: object) -> Change:
    return set_in("workflow", identifier, *path, to=to)


def action(**properties: object) -> dict[str, object]:
    manual = [{"type": "manual", "command": "do it"}]
    return {"type": "action", "name": "Another", "commands": manual, "agent": GROUP, **properties}


def test_a_playbook_that_is_right_is_ok() -> None:
    assert reading(GOOD).findings == ()
    assert reading(GOOD).verdict is Verdict.OK


def office(name: str) -> Change:
    """The agent of the first step is this office of the Secretariat."""
    return set_in(
        "agent_definitions",
        GROUP,
        "agent_target_extensions",
        to={EXTENSION_ID: {"organization": "UN", "office": name}},
    )


def function(name: str) -> Change:
    """The first step is work of this function."""
    return step(LOOK, "step_extensions", to={EXTENSION_ID: {"function": name}})


REFUSED: dict[str, tuple[Change, str]] = {
    "a step that is not there": (step(LOOK, "on_completion", to=OTHER), "There is no step"),
    "a branch that is not there": (step(IF, "on_true", to=OTHER), "There is no step"),
    "a start that is not there": (set_in("workflow_start", to=OTHER), "There is no step"),
    "an exception that is not there": (set_in("workflow_exception", to=OTHER), "There is no step"),
    "authentication that is not there": (
        remove("authentication_info_definitions", LOGIN),
        "There is no authentication information",
    ),
    "two starts": (
        step("start--33333333-3333-4333-8333-333333333333", to={"type": "start", "on_completion": LOOK}),
        "2 start",
    ),
    "a start that is not the start": (set_in("workflow_start", to=LOOK), "does not name the start step"),
    "a start without a next step": (remove("workflow", START, "on_completion"), "which step comes next"),
    "a step in the middle without a next step": (
        remove("workflow", LOOK, "on_completion"),
        "which step comes next",
    ),
    "on_completion beside on_success": (step(LOOK, "on_success", to=END), "stands beside"),
    "on_completion beside on_failure": (step(LOOK, "on_failure", to=END), "stands beside"),
    "an end that goes on": (step(END, "on_completion", to=LOOK), "has no on_completion"),
    "a start that may fail": (
        set_in("workflow", START, to={"type": "start", "on_success": LOOK, "on_failure": END}),
        "has no on_success",
    ),
    "a loop that is no while": (step(IF, "on_completion", to=LOOK), "in a circle"),
    "a step that leads to itself": (step(LOOK, "on_completion", to=LOOK), "in a circle"),
    "a branch that leads back to its if": (step(BLOCK, "on_completion", to=IF), "in a circle"),
    "parallel branches that run into each other": (
        both(
            step(IF, to={"type": "parallel", "next_steps": [BLOCK, OTHER], "on_completion": END}),
            step(OTHER, to=action(on_completion=BLOCK)),
        ),
        "more than once",
    ),
    "a branch that jumps over what follows it": (
        both(
            step(IF, "on_completion", to=OTHER),
            step(OTHER, to=action(on_completion="action--44444444-4444-4444-8444-444444444444")),
            step("action--44444444-4444-4444-8444-444444444444", to=action(on_completion=END)),
            step(BLOCK, "on_completion", to="action--44444444-4444-4444-8444-444444444444"),
        ),
        "more than once",
    ),
    "a type of step that does not exist": (step(LOOK, "type", to="decision"), "none of the eight types"),
    "a missing condition": (remove("workflow", IF, "condition"), "“condition” is missing"),
    "a missing workflow": (remove("workflow"), "“workflow” is missing"),
    "a missing author": (remove("created_by"), "“created_by” is missing"),
    "an earlier version of the standard": (set_in("spec_version", to="1.1"), "not for CACAO 2.0"),
    "something else": (set_in("type", to="bundle"), "The type is not"),
    "a priority out of range": (set_in("priority", to=101), "not between 0 and 100"),
    "modified before created": (
        set_in("modified", to="2025-01-01T00:00:00.000Z"),
        "modified is before created",
    ),
    "a time that is none": (set_in("created", to="2026-13-10T08:00:00.000Z"), "is no time"),
    "valid until before it is valid": (
        both(
            set_in("valid_from", to="2027-01-01T00:00:00Z"), set_in("valid_until", to="2026-01-01T00:00:00Z")
        ),
        "valid_until is before",
    ),
    "a negative delay": (step(LOOK, "delay", to=-1), "between 0 and ten years"),
    "a delay of ages": (step(LOOK, "delay", to=10**15), "between 0 and ten years"),
    "a time-out in words": (step(LOOK, "timeout", to="soon"), "does not fit"),
    "a variable nobody declared": (
        step(LOOK, "commands", 0, "command", to="Look at __this__:value"),
        "__this__ is not declared",
    ),
    "an undeclared variable in an address": (
        set_in("agent_definitions", FIREWALL, "address", "dname", to=["__host__:value"]),
        "__host__ is not declared",
    ),
    "an undeclared variable in a condition": (
        step(IF, "condition", to="__bad__:value = true"),
        "__bad__ is not declared",
    ),
    "an undeclared output": (step(LOOK, "out_args", to=["__out__"]), "__out__ is not declared"),
    "an undeclared input": (step(LOOK, "in_args", to=["__in__"]), "__in__ is not declared"),
    "a constant that a step fills": (step(LOOK, "out_args", to=["__limit__"]), "__limit__ is constant"),
    "another step's variable in a command": (
        both(
            step(LOOK, "step_variables", to={"__note__": {"type": "string"}}),
            step(BLOCK, "commands", 0, "content", to="__note__:value"),
        ),
        "__note__ is not declared",
    ),
    "base64 that is none": (
        step(LOOK, "commands", to=[{"type": "bash", "command_b64": "***"}]),
        "not text in base64",
    ),
    "an action we do not have": (
        step(LOOK, "commands", to=[{"type": "muster", "command": "dance"}]),
        "no action “dance”",
    ),
    "an action without what it needs": (
        step(LOOK, "commands", to=[{"type": "muster", "command": "page"}]),
        "needs “message”",
    ),
    "an action with what it does not take": (
        step(
            LOOK,
            "commands",
            to=[{"type": "muster", "command": "page", "arguments": {"message": "x", "color": "red"}}],
        ),
        "takes no “color”",
    ),
    "a room with a name for people": (
        step(LOOK, "commands", to=[{"type": "muster", "command": "room", "arguments": {"name": "War room"}}]),
        "A room's name is a code",
    ),
    "an announcement to such a room": (
        step(
            LOOK,
            "commands",
            to=[{"type": "muster", "command": "announce", "arguments": {"message": "x", "room": "A"}}],
        ),
        "A room's name is a code",
    ),
    "our extension misused": (
        step(
            LOOK,
            "step_extensions",
            to={"extension-definition--f27c4153-24b5-4660-adf5-9ab3b3f3118f": {"due": -1}},
        ),
        "due:",
    ),
    "a place in an answer for what is no output": (
        step(LOOK, "step_extensions", to={EXTENSION_ID: {"found_at": {"__limit__": "/limit"}}}),
        "not among the out_args",
    ),
    "a place in an answer that is no pointer": (
        step(LOOK, "step_extensions", to={EXTENSION_ID: {"found_at": {"__is_bad__": "data.bad"}}}),
        "no JSON Pointer",
    ),
    "cyber work for DSS": (both(office("DSS"), function("cyber")), "takes no cyber work"),
    "work of no stated function for DSS": (office("DSS"), "takes no cyber work"),
    "physical security for OICT": (
        both(office("OICT"), function("physical_security")),
        "no physical-security",
    ),
    "an office that is none of the two": (office("OLA"), "office:"),
    "a playbook that runs itself": (
        step(BLOCK, to={"type": "playbook-action", "playbook_id": GOOD["id"], "on_completion": BLOCK_END}),
        "runs itself",
    ),
    "too many branches": (
        step(
            IF, to={"type": "parallel", "next_steps": [BLOCK] * (limits.BRANCHES + 1), "on_completion": END}
        ),
        "branches; the limit",
    ),
}

WARNED: dict[str, tuple[Change, str]] = {
    "no start step": (
        both(set_in("workflow_start", to=LOOK), remove("workflow", START)),
        "no start step; it begins at the step",
    ),
    "no end step": (
        both(
            remove("workflow", END),
            remove("workflow", BLOCK_END),
            remove("workflow", IF, "on_completion"),
            remove("workflow", BLOCK, "on_completion"),
        ),
        "no end step",
    ),
    "a last step without a next step": (remove("workflow", IF, "on_completion"), "its branch ends there"),
    "an unreachable step": (
        both(step(OTHER, to=action(on_completion=OTHER_END)), step(OTHER_END, to={"type": "end"})),
        "Nothing leads to it",
    ),
    "an unreachable end": (step(OTHER_END, to={"type": "end"}), "Nothing leads to it"),
    "branches that share an end": (
        both(step(IF, "on_false", to=OTHER), step(OTHER, to=action(on_completion=BLOCK_END))),
        "Several branches end",
    ),
    "a branch that runs into what follows": (
        step(BLOCK, "on_completion", to=END),
        "it ends before that step",
    ),
    "an agent that is not there": (
        step(LOOK, "agent", to="group--55555555-5555-4555-8555-555555555555"),
        "There is no agent",
    ),
    "a target that is not there": (step(LOOK, "targets", to=["lab"]), "There is no target"),
    "no agent": (remove("workflow", LOOK, "agent"), "goes to the incident commander"),
    "no command": (step(LOOK, "commands", to=[]), "a task for a person"),
    "an empty command": (
        step(LOOK, "commands", to=[{"type": "manual", "command": " "}]),
        "manual command is empty",
    ),
    "a command of an unknown type": (
        step(LOOK, "commands", to=[{"type": "ftp", "command": "get x"}]),
        "no type of command",
    ),
    "a request that is none": (
        step(LOOK, "commands", to=[{"type": "http-api", "command": "curl x"}]),
        "METHOD target",
    ),
    "a request without its version": (
        step(LOOK, "commands", to=[{"type": "http-api", "command": "GET /x"}]),
        "HTTP/1.1",
    ),
    "OpenC2 without content": (
        step(LOOK, "commands", to=[{"type": "openc2-http", "command": "POST /x HTTP/1.1"}]),
        "OpenC2 command itself is missing",
    ),
    "prose for a condition": (step(IF, "condition", to="the address is bad"), "is not a condition"),
    "a bare variable for a condition": (step(IF, "condition", to="__is_bad__:value"), "is not a condition"),
    "another step's variable in a condition": (
        both(
            step(LOOK, "step_variables", to={"__note__": {"type": "string"}}),
            step(IF, "condition", to="__note__:value = 'x'"),
        ),
        "belongs to another step",
    ),
    "a pattern that cannot be bounded": (
        step(IF, "condition", to=r"__address__:value MATCHES '(a)\\1'"),
        "not taken in MATCHES",
    ),
    "a condition on what is no variable": (
        step(IF, "condition", to="file:name = 'x'"),
        "file:name is no variable",
    ),
    "a switch on no variable": (
        step(
            IF,
            to={
                "type": "switch-condition",
                "switch": "the kind",
                "cases": {"a b": BLOCK},
                "on_completion": END,
            },
        ),
        "is no variable",
    ),
    "a case with blanks": (
        step(
            IF,
            to={
                "type": "switch-condition",
                "switch": "__is_bad__:value",
                "cases": {"a b": BLOCK},
                "on_completion": END,
            },
        ),
        "no name for a case",
    ),
    "a marking that is not there": (set_in("markings", to=[MARKING]), "counts as TLP:RED"),
    "created without milliseconds": (set_in("created", to="2026-01-10T08:00:00Z"), "three digits"),
    "a time-out of nothing": (step(LOOK, "timeout", to=0), "time-out of 0"),
    "a variable without underscores": (
        set_in("playbook_variables", "ip", to={"type": "ipv4-addr"}),
        "form __name__",
    ),
    "a type of variable nobody knows": (
        set_in("playbook_variables", "__is_bad__", "type", to="boolean"),
        "no type of variable",
    ),
    "a value that is not of its type": (
        set_in("playbook_variables", "__is_bad__", "value", to="perhaps"),
        "not a bool",
    ),
    "a value that is a number": (set_in("playbook_variables", "__limit__", "value", to=5), "not text"),
    "an id of no form": (set_in("id", to="my playbook"), "form playbook--UUID"),
    "a property nobody knows": (set_in("color", to="red"), "knows no color"),
    "a property of a step nobody knows": (step(LOOK, "next_step", to=END), "knows no next_step"),
    "a kind of address nobody knows": (
        set_in("agent_definitions", FIREWALL, "address", "fax", to=["1"]),
        "kind of address",
    ),
    "an address that is missing": (remove("agent_definitions", FIREWALL, "address"), "needs an address"),
    "a secret": (
        set_in("authentication_info_definitions", LOGIN, "password", to="hunter2"),
        "A secret is written out",
    ),
    "a place in the answer of a person": (
        step(LOOK, "step_extensions", to={EXTENSION_ID: {"found_at": {"__is_bad__": "/bad"}}}),
        "No command of this step is a request",
    ),
    "a secret asked of a machine": (step(BLOCK, "out_args", to=["__password__"]), "an answer never fills it"),
    "an activity that no command does": (set_in("playbook_activities", to=["restore-data"]), "restore-data"),
    "a revoked playbook": (set_in("revoked", to=True), "revoked"),
    "a version of the standard nobody says": (remove("spec_version"), "read as that"),
    "an extension nobody defined": (
        step(LOOK, "step_extensions", to={"extension-definition--66666666-6666-4666-8666-666666666666": {}}),
        "is not defined",
    ),
    "one branch of a parallel": (
        step(IF, to={"type": "parallel", "next_steps": [BLOCK], "on_completion": END}),
        "at least two branches",
    ),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(change: Change, said: str) -> None:
    answer = reading(changed(change))
    refusals = [finding for finding in answer.findings if finding.severity is Severity.REFUSE]
    assert any(said in finding.problem for finding in refusals), "\n".join(map(str, answer.findings))
    assert answer.playbook is None
    assert answer.verdict is Verdict.REFUSED


@pytest.mark.parametrize(("change", "said"), WARNED.values(), ids=WARNED)
def test_it_is_taken_with_a_warning(change: Change, said: str) -> None:
    answer = reading(changed(change))
    assert answer.verdict is Verdict.WARNINGS, "\n".join(map(str, answer.findings))
    assert any(said in finding.problem + finding.remedy for finding in answer.findings)
    assert answer.playbook is not None


@pytest.mark.parametrize(("change", "said"), [*REFUSED.values(), *WARNED.values()], ids=[*REFUSED, *WARNED])
def test_every_finding_says_where_by_which_rule_and_what_to_do(change: Change, said: str) -> None:
    for finding in reading(changed(change)).findings:
        assert finding.where
        assert finding.rule.startswith(("CACAO 2.0 §", "Muster ", "RFC ", "TLP "))
        assert finding.problem.endswith(".")
        assert finding.remedy.endswith(".")
        assert "\n" not in str(finding)


def test_a_shorthand_finding_names_line_and_step() -> None:
    text = f"{HEAD}steps:\n  - step: Look\n    task: Look at __this__:value\n    by: responder\n"
    (finding,) = reading(text).findings
    assert (finding.line, finding.step) == (6, "Look")


def test_a_body_of_a_while_may_lead_back_to_it() -> None:
    def change(document: Document) -> None:
        both(
            step(
                IF,
                to={
                    "type": "while-condition",
                    "condition": "__is_bad__:value = true",
                    "on_true": BLOCK,
                    "on_completion": END,
                },
            ),
            step(BLOCK, "on_completion", to=IF),
            remove("workflow", BLOCK_END),
        )(document)

    answer = reading(changed(change))
    assert answer.playbook is not None
    assert any("runs into" in finding.problem for finding in answer.findings)


def test_one_handler_may_serve_steps_in_many_branches() -> None:
    text = f"""{HEAD}steps:
  - step: Both
    parallel:
      - - {{step: A, task: a, by: responder, on_failure: Tell}}
      - - {{step: B, task: b, by: responder, on_failure: Tell}}
  - step: C
    task: c
    by: responder
    on_failure: Tell
  - end
  - {{step: Tell, task: tell somebody, by: responder}}
"""
    assert reading(text).verdict is Verdict.OK


def test_a_handler_in_a_branch_may_not_go_on_with_the_main_line() -> None:
    text = f"""{HEAD}steps:
  - step: Both
    parallel:
      - - {{step: A, task: a, by: responder, on_failure: Tell}}
      - - {{step: B, task: b, by: responder}}
  - step: C
    task: c
    by: responder
    on_failure: Tell
  - step: D
    task: d
    by: responder
  - end
  - {{step: Tell, task: tell somebody, by: responder, on_completion: D}}
"""
    assert any("more than once" in finding.problem for finding in reading(text).findings)


def test_only_its_own_body_may_lead_back_to_a_while() -> None:
    text = f"""{HEAD}variables: {{n: {{type: integer, value: 0}}}}
steps:
  - step: Again
    while: n < 2
    do:
      - step: Inside
        if: n = 1
        then: [{{step: A, task: a, by: responder, on_completion: Again}}]
"""
    assert any("in a circle" in finding.problem for finding in reading(text).findings)
