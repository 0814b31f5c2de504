"""Changes that make a playbook one that is refused, and what is said of each."""

from playbooks.cacao import limits
from playbooks.cacao.extension import EXTENSION_ID
from tests.unit.playbooks.cacao.changes import (
    OTHER,
    action,
    both,
    function,
    office,
    remove,
    set_in,
    step,
)
from tests.unit.playbooks.cacao.samples import (
    BLOCK,
    BLOCK_END,
    END,
    FIREWALL,
    GOOD,
    GROUP,
    IF,
    LOGIN,
    LOOK,
    START,
    Change,
)

REFUSED: dict[str, tuple[Change, str]] = {
    "a step that is not there": (step(LOOK, "on_completion", to=OTHER), "There is no step"),
    "a branch that is not there": (step(IF, "on_true", to=OTHER), "There is no step"),
    "a branch for false that is not there": (step(IF, "on_false", to=OTHER), "There is no step"),
    "a handler of failures that is not there": (
        both(
            remove("workflow", LOOK, "on_completion"),
            step(LOOK, "on_success", to=IF),
            step(LOOK, "on_failure", to=OTHER),
        ),
        "There is no step",
    ),
    "a next step that is not there": (
        both(remove("workflow", LOOK, "on_completion"), step(LOOK, "on_success", to=OTHER)),
        "There is no step",
    ),
    "a branch of a parallel that is not there": (
        step(IF, to={"type": "parallel", "next_steps": [BLOCK, OTHER], "on_completion": END}),
        "There is no step",
    ),
    "a case that is not there": (
        step(
            IF,
            to={
                "type": "switch-condition",
                "switch": "__is_bad__:value",
                "cases": {"true": BLOCK, "default": OTHER},
                "on_completion": END,
            },
        ),
        "There is no step",
    ),
    "a body of a while that is not there": (
        step(
            IF,
            to={
                "type": "while-condition",
                "condition": "__is_bad__:value = true",
                "on_true": OTHER,
                "on_completion": END,
            },
        ),
        "There is no step",
    ),
    "authentication of a target that is not there": (
        set_in(
            "target_definitions",
            to={
                "ssh--88888888-8888-4888-8888-888888888888": {
                    "type": "ssh",
                    "name": "the jump host",
                    "address": {"ipv4": ["192.0.2.1"]},
                    "authentication_info": "user-auth--99999999-9999-4999-8999-999999999999",
                }
            },
        ),
        "There is no authentication information",
    ),
    "an undeclared variable in a switch": (
        step(
            IF,
            to={
                "type": "switch-condition",
                "switch": "__kind__:value",
                "cases": {"a": BLOCK},
                "on_completion": END,
            },
        ),
        "__kind__ is not declared",
    ),
    "an undeclared variable for another playbook": (
        step(
            BLOCK,
            to={
                "type": "playbook-action",
                "playbook_id": "playbook--99999999-9999-4999-8999-999999999999",
                "in_args": ["__kind__"],
                "on_completion": BLOCK_END,
            },
        ),
        "__kind__ is not declared",
    ),
    "a playbook that runs none": (
        step(BLOCK, to={"type": "playbook-action", "on_completion": BLOCK_END}),
        "“playbook_id” is missing",
    ),
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
    "a shared service by its name": (
        step(
            LOOK,
            "commands",
            to=[
                {"type": "muster", "command": "service", "arguments": {"code": "Forensics!", "message": "x"}}
            ],
        ),
        "is no code of a shared service",
    ),
    "a shared service for work that is not cyber work": (
        both(
            function("legal"),
            step(
                LOOK,
                "commands",
                to=[{"type": "muster", "command": "service", "arguments": {"code": "soc", "message": "x"}}],
            ),
        ),
        "A shared service is cyber work",
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
    "an exception that begins it all again": (
        set_in("workflow_exception", to=START),
        "every failure would begin it all again",
    ),
    "text where a list belongs": (step(LOOK, "targets", to=GROUP), "a list belongs here, and this is a text"),
    "a number where text belongs": (set_in("name", to=5), "a text belongs here, and this is a number"),
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
