"""Connections, documents and requests that the suites share."""

from datetime import datetime

from playbooks.actions.effect import effect_id
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Banner, Document, Heading, paragraph
from playbooks.domain.ids import EffectId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.ports.write import File

UNHCR = OrganizationCode("UNHCR")
INCIDENT = IncidentKey("INC-2026-0042")
MESSAGE = Document(
    blocks=(
        Banner(marking=Marking.AMBER),
        Heading(text="Ransomware on a file server"),
        paragraph("Shares are encrypted."),
    )
)

FILE = File(name="memory of FS-GVA-03.raw", content=b"MZ\x90 what was in memory")


def simulated(vendor: Vendor) -> Connection:
    """UNHCR's connection with a simulated vendor."""
    return Connection(
        id=connection_id(UNHCR, vendor), organization=UNHCR, vendor=vendor, ceiling=Marking.AMBER_STRICT
    )


def some_id(action: str, occasion: str, at: datetime | None = None) -> EffectId:
    """An effect id; `at` keeps two runs against one real vendor apart."""
    suffix = f"{at:%H%M%S%f}" if at else "0"
    return effect_id(connection_id(UNHCR, "suite"), INCIDENT, action, f"{occasion}.{suffix}")
