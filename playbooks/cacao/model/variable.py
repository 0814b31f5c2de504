"""Variables (CACAO 2.0 §10.18)."""

from pydantic import JsonValue

from playbooks.cacao.model.base import CacaoObject, Flag
from playbooks.cacao.values import as_text


class Variable(CacaoObject):
    """A named value that steps read and fill. `""` is known to be empty, None is unknown."""

    type: str
    description: str | None = None
    value: JsonValue = None
    constant: Flag = False
    external: Flag = False
    """Only for variables of the playbook: the first value comes from whoever starts it."""

    @property
    def text(self) -> str | None:
        """The value as text, as substitution and conditions use it; None when unknown."""
        return as_text(self.value)
