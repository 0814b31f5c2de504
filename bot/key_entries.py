"""What is done with keys stands in the installation's log, and the breaking of the glass is cried out."""

import logging
from datetime import datetime

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind

_log = logging.getLogger(__name__)


def key_entry(kind: Kind, at: datetime, *, reason: str = "", **data: str | int) -> Entry:
    """The entry of a change of keys, by the operator."""
    at = in_milliseconds(at)
    return Entry(
        id=entry_id(f"{kind}/{sorted(data.items())}/{at.isoformat()}"),
        incident=None,
        kind=kind,
        at=at,
        actor=Actor(id="operator", kind=ActorKind.OPERATOR, organization=OrganizationCode("")),
        subject="keys",
        data=dict(data),
        texts={"reason": reason} if reason else {},
    )


def cry(entry: Entry) -> None:
    """The alarm: on the log of the operator, where her own tools watch for it."""
    _log.critical("BREAK-GLASS: the recovery key was used at %s; see the installation's log", entry.at)
