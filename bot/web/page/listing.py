"""The list of incidents as somebody asked for it, and its address. Pure."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, StringConstraints

from playbooks.domain.incident import Severity
from playbooks.ports.listing import Sort, Wanted, Which

PAGE: Final = 50
"""Incidents on one page."""


class Asked(BaseModel):
    """What somebody asked the list for; an empty value asks nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    which: Which = Which.OPEN
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    severity: Severity | None = None
    organization: Annotated[str, StringConstraints(max_length=40)] = ""
    sort: Sort = Sort.NEWEST
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether anything but open or closed is asked for."""
        return bool(self.q or self.severity or self.organization)

    @property
    def wanted(self) -> Wanted:
        """What this wants of the incidents."""
        return Wanted(words=self.q, most=PAGE, **self.model_dump(exclude={"q"}))

    def way(self, **changes: Any) -> str:  # noqa: ANN401  what an address holds
        """The address of the same list with something changed."""
        said = {**self.model_dump(mode="json"), "page": 1, **changes}
        defaults = Asked().model_dump(mode="json")
        return f"/incidents?{urlencode({k: v for k, v in said.items() if v not in (None, defaults[k])})}"
