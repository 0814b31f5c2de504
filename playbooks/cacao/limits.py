"""How much one playbook may ask of the machine that reads or runs it. A hostile file costs no more than this."""

from datetime import timedelta

RULE = "Muster limits"

JSON_BYTES = 16 * 1024 * 1024
YAML_BYTES = 2 * 1024 * 1024
DEPTH = 64
"""Of values inside values."""
VALUES = 1_000_000
"""Of keys, list items and plain values in one document."""
YAML_VALUES = 200_000
"""The same in YAML, whose reading costs a hundred times as much; enough for the steps that a shorthand may hold."""
STEPS = 20_000
BRANCHES = 1_000
"""That one step opens."""
TEXT = 100_000
"""Characters in one command or variable's value that is substituted."""
CONDITION = 10_000
"""Characters in one condition."""
ALL_CONDITIONS = 500_000
"""Characters in all conditions of a playbook."""
REFERENCES = 200
"""To variables in one text that is filled in."""
PATTERNS = 10
"""MATCHES and LIKE in one condition."""
ALL_PATTERNS = 500
"""MATCHES in one playbook."""
ROUNDS = 1_000
"""Of one while step, before it counts as failed."""
NESTING = 8
"""Playbooks that run one another, the first included."""
CARRIED = 100
"""Playbooks that one run carries, those that its steps run included."""
EXECUTIONS = 100_000
"""Of steps in one run, those of its playbooks' playbooks included; a run that needs more stops as failed."""
LONGEST_STEP = timedelta(days=30)
"""Time-out of a step that states none, so that no step blocks for ever (CACAO 2.0 §4.1, `timeout`)."""
