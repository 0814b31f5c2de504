"""What every CACAO object shares: it is frozen, and what it does not know it keeps."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Identifier = str
"""`object-type--UUID` (CACAO 2.0 §10.10); whether it is one is for the check, so that a wrong one can be named."""

Timestamp = str
"""RFC 3339 in UTC with `Z`, kept as it was written, because signatures and hashes are over the written form."""

Integer = Annotated[int, Field(strict=True)]
"""A whole number; neither `"5"`, `5.0` nor `true` is one."""

Flag = Annotated[bool, Field(strict=True)]
"""`true` or `false`; neither `1` nor `"yes"` is one."""

Extensions = dict[Identifier, dict[str, JsonValue]]
"""Extension definition id to what that extension says here (CACAO 2.0 §8)."""


class CacaoObject(BaseModel):
    """Base of every object: the standard's property names, frozen.

    A property that the standard does not define is kept, so that nothing is lost when the playbook goes on to
    someone who knows it, and the check names it. Only what was written is exported again.
    """

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    @property
    def unknown_properties(self) -> tuple[str, ...]:
        """Names of properties that CACAO 2.0 does not define, as written."""
        return tuple(self.__pydantic_extra__ or ())

    def as_json(self) -> dict[str, JsonValue]:
        """Exactly what was written, with the standard's order of properties."""
        return self.model_dump(mode="json", exclude_unset=True, by_alias=True)
