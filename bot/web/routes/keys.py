"""An incident's key in an address."""

from typing import Annotated

from fastapi import Path

from playbooks.domain.ids import IncidentKey

Key = Annotated[
    IncidentKey,
    Path(pattern=r"^INC-[0-9]{4}-[0-9]{4,9}$", description="The incident's key.", examples=["INC-2026-0042"]),
]
