"""Changes that a playbook is taken with all the same, and what is said of each."""

from playbooks.cacao import limits
from playbooks.cacao.extension import EXTENSION_ID
from tests.unit.playbooks.cacao.changes import (
    MARKED,
    MARKING,
    OTHER,
    OTHER_END,
    OTHER_MARKING,
    THIRD,
    action,
    authentication,
    both,
    marked,
    remove,
    set_in,
    step,
)
from tests.unit.playbooks.cacao.samples import (
    BLOCK,
    BLOCK_END,
    END,
    FIREWALL,
    GROUP,
    IF,
    LOGIN,
    LOOK,
    START,
    Change,
)

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
    "unreachable steps, said once": (
        both(
            step(OTHER, to=action(on_completion=THIRD)),
            step(THIRD, to=action(on_completion=OTHER_END)),
            step(OTHER_END, to={"type": "end"}),
        ),
        "Nothing leads to it; it never runs, nor do the 2 steps after it",
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
    "a condition of many patterns": (
        step(IF, "condition", to=" OR ".join(["__address__:value MATCHES 'a'"] * (limits.PATTERNS + 1))),
        "more than 10 patterns",
    ),
    "a while that nothing ends": (
        both(
            remove("workflow", LOOK, "out_args"),
            step(
                IF,
                to={
                    "type": "while-condition",
                    "condition": "__is_bad__:value = true",
                    "on_true": BLOCK,
                    "on_completion": END,
                },
            ),
        ),
        "No step fills what it asks",
    ),
    "a condition with nothing in it": (step(IF, "condition", to=" "), "is not a condition"),
    "a condition that breaks off": (step(IF, "condition", to="__is_bad__:value ="), "is not a condition"),
    "a condition in brackets": (step(IF, "condition", to="[__is_bad__:value = true]"), "is not a condition"),
    "a switch without a case": (
        step(
            IF,
            to={"type": "switch-condition", "switch": "__is_bad__:value", "cases": {}, "on_completion": END},
        ),
        "There is no case",
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
    "a marking without its label": (
        both(
            set_in("data_marking_definitions", to={OTHER_MARKING: MARKED | {"id": OTHER_MARKING}}),
            set_in("markings", to=[OTHER_MARKING]),
        ),
        "Nothing stands where a label of TLP 2.0",
    ),
    "a marking of a label that is none": (marked(tlpv2_level="TLP:PURPLE"), "“TLP:PURPLE” is no label"),
    "a marking that was revoked": (marked(tlpv2_level="TLP:GREEN", revoked=True), "is revoked"),
    "a marking under another id": (marked(tlpv2_level="TLP:GREEN", id=OTHER_MARKING), "listed under"),
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
        "not of type bool",
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
    "a secret in a header": (
        step(BLOCK, "commands", 0, "headers", to={"Authorization": ["Bearer abcdef0123456789"]}),
        "A secret is written out",
    ),
    "a secret": (
        set_in("authentication_info_definitions", LOGIN, "password", to="hunter2"),
        "A secret is written out",
    ),
    "a place in the answer of a person": (
        step(LOOK, "step_extensions", to={EXTENSION_ID: {"found_at": {"__is_bad__": "/bad"}}}),
        "No command of this step is a request",
    ),
    "a secret asked of a machine": (step(BLOCK, "out_args", to=["__password__"]), "an answer never fills it"),
    "a type of playbook nobody names": (set_in("playbook_types", to=["mitigaton"]), "Write mitigation"),
    "an activity nobody names": (
        step(LOOK, "commands", 0, "playbook_activity", to="cook"),
        "no activity that the standard names",
    ),
    "a sector nobody names": (set_in("industry_sectors", to=["magic"]), "no sector"),
    "a category nobody names": (
        set_in("agent_definitions", FIREWALL, "category", to=["toaster"]),
        "no category",
    ),
    "a list with nothing in it": (set_in("labels", to=[]), "a list with nothing in it"),
    "a sector that does not say which": (
        set_in("agent_definitions", GROUP, to={"type": "sector", "name": "aid"}),
        "“sector” is missing, which the type sector needs",
    ),
    "a statement without its words": (
        marked(type="marking-statement"),
        "“statement” is missing",
    ),
    "an official marking of another label": (
        marked(tlpv2_level="TLP:CLEAR"),
        "Under this id OASIS publishes TLP:GREEN; “TLP:CLEAR” stands here",
    ),
    "a secret beside its key-management system": (
        authentication(
            type="user-auth", username="x", kms=True, kms_key_identifier="a", password="__password__:value"
        ),
        "stands beside kms",
    ),
    "a key-management system without a key": (authentication(type="user-auth", kms=True), "under which key"),
    "a way to sign in that nobody names": (authentication(type="retina"), "no way to sign in"),
    "a user who is not named": (
        authentication(type="http-basic", password="__password__:value"),
        "“user_id”",
    ),
    "an id of another type": (
        set_in("agent_definitions", GROUP, "type", to="individual"),
        "not of the form individual--UUID",
    ),
    "an owner who is nobody": (step(LOOK, "owner", to="me"), "not of the form identity--UUID"),
    "a relative that is no id": (set_in("derived_from", to=["the old one"]), "is no identifier"),
    "a port that is none": (set_in("agent_definitions", FIREWALL, "port", to="70000"), "is no port"),
    "an address that is none": (
        set_in("agent_definitions", FIREWALL, "address", to={"ipv4": ["999.1.1.1"]}),
        "is no ipv4 address",
    ),
    "a network address that is none": (
        set_in("playbook_variables", "__address__", "value", to="banana"),
        "not of type ipv4-addr",
    ),
    "a dictionary that is none": (
        set_in("playbook_variables", "__map__", to={"type": "dictionary", "value": "{no"}),
        "no dictionary",
    ),
    "a constant without a value": (
        set_in("playbook_variables", "__fixed__", to={"type": "string", "constant": True}),
        "constant and has no value",
    ),
    "a variable that hides another": (
        step(LOOK, "step_variables", to={"__limit__": {"type": "integer"}}),
        "the step's own is meant",
    ),
    "a comparison that never comes out": (
        step(IF, "condition", to="__limit__:value = 'five'"),
        "is never true",
    ),
    "a comparison that always comes out": (
        step(IF, "condition", to="NOT __limit__:value = 7 AND __address__:value != 5"),
        "is always true",
    ),
    "two commands in one": (
        step(LOOK, "commands", to=[{"type": "bash", "command": "ls", "command_b64": "bHM="}]),
        "command stands beside command_b64",
    ),
    "a method that is never sent": (
        step(LOOK, "commands", to=[{"type": "http-api", "command": "FETCH /x HTTP/1.1"}]),
        "no method that is sent",
    ),
    "content that is to be JSON": (step(BLOCK, "commands", 0, "content", to="{no"), "is to be JSON"),
    "an OpenC2 command without an action": (
        step(
            LOOK,
            "commands",
            to=[{"type": "openc2-http", "command": "POST /x HTTP/1.1", "content_b64": "e30="}],
        ),
        "no OpenC2 command",
    ),
    "a summary that is not so": (
        set_in("playbook_processing_summary", to={"parallel_processing": True}),
        "parallel_processing is true, which is not so",
    ),
    "an activity that no command does": (set_in("playbook_activities", to=["restore-data"]), "restore-data"),
    "a revoked playbook": (set_in("revoked", to=True), "revoked"),
    "an extension of the playbook nobody defined": (
        set_in("playbook_extensions", to={"extension-definition--66666666-6666-4666-8666-666666666666": {}}),
        "is not defined",
    ),
    "two objects with one UUID": (
        set_in(
            "agent_definitions",
            f"individual--{GROUP.partition('--')[2]}",
            to={"type": "individual", "name": "x"},
        ),
        "have the same UUID",
    ),
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
