"""The words of the shorthand, and the standard's properties they stand for."""

from playbooks.cacao.extension import ACTIONS

PLAYBOOK = {
    "playbook": "name",
    "description": "description",
    "types": "playbook_types",
    "activities": "playbook_activities",
    "on_exception": "workflow_exception",
    "sources": "external_references",
    "variables": "playbook_variables",
    "agents": "agent_definitions",
    "targets": "target_definitions",
    "authentication": "authentication_info_definitions",
    "marking_definitions": "data_marking_definitions",
    "extensions": "extension_definitions",
}
"""Of the playbook; a property not named here keeps the standard's name."""

STEP = {
    "by": "agent",
    "on": "targets",
    "uses": "in_args",
    "answers": "out_args",
    "variables": "step_variables",
    "sources": "external_references",
    "version": "playbook_version",
    "else": "on_false",
}
"""Of a step; `then` and `do` are both `on_true`, of an if and of a while."""

KINDS = {
    "parallel": ("parallel", "next_steps"),
    "if": ("if-condition", "condition"),
    "while": ("while-condition", "condition"),
    "switch": ("switch-condition", "switch"),
    "run": ("playbook-action", "playbook_id"),
}
"""The word that makes a step of this type, and the property its value is; without any, a step is an action."""

COMMANDS = {
    "task": "manual",
    **{name: name for name in ("bash", "powershell", "ssh", "http-api", "caldera-cmd", "openc2-http")},
}
"""A command with nothing but its text."""

ACTION_WORDS = frozenset(ACTIONS)
"""A `muster` command with nothing but its arguments."""

NOTES = ("function", "due", "approvals", "repeatable", "found_at")
"""What our extension says about a step, written beside the rest."""

TRANSITIONS = ("on_completion", "on_success", "on_failure")

OTHER = "other"
"""Properties, by the standard's names, that the shorthand would read as something else."""

IDS = "ids"
STEPS = "steps"
START = "start"
END = "end"

STANDARD = frozenset(("description", "delay", "timeout", "owner", "step_extensions", *STEP.values()))
"""Properties of steps that keep their name, or have a word of their own."""

STEP_WORDS = frozenset(
    (
        *("step", "then", "do", "cases", "undo", "commands", "activity", OTHER, END),
        *STEP, *KINDS, *COMMANDS, *ACTION_WORDS, *NOTES, *TRANSITIONS,
    )
)  # fmt: skip
"""Everything that means something on a step; a foreign property of that name goes under `other`."""
