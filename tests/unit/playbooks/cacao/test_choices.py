"""The values on which a condition may turn."""

import pytest

from playbooks.cacao.choices import deciding_values
from tests.unit.playbooks.cacao.samples import IF, changed, playbook


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("__limit__:value < 3", {"__limit__": ("3", "4", "2")}),
        ("__limit__:value IN (1, 2)", {"__limit__": ("1", "2", "0", "3")}),
        (
            "__address__:value = '192.0.2.1' OR NOT (__limit__:value >= 1.5)",
            {"__address__": ("192.0.2.1",), "__limit__": ("1.5", "2.5", "0.5")},
        ),
        ("__is_bad__:value = true", {"__is_bad__": ()}),
        ("it is bad", {}),
    ],
)
def test_what_a_variable_is_compared_with_may_turn_a_condition(
    condition: str, values: dict[str, tuple[str, ...]]
) -> None:
    document = changed(lambda one: one["workflow"][IF].update(condition=condition))
    found = deciding_values(playbook(document))
    assert {name: set(each) for name, each in found.items()} == {
        name: set(each) for name, each in values.items()
    }
