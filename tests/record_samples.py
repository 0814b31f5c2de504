"""Entries, commands and verdicts to test the record with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, OrganizationCode

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = IncidentKey("INC-2026-0001")
CISO = Actor(id="unhcr-ciso", kind=ActorKind.PERSON, organization=OrganizationCode("UNHCR"))


def entry(number: int, incident: IncidentKey | None = KEY, **given: Any) -> Entry:
    """The entry of a note, one second after the one numbered before it."""
    fields: dict[str, Any] = {
        "id": EntryId(f"{incident or 'installation'}/{number}"),
        "incident": incident,
        "kind": "incident:note:add",
        "at": NOON + timedelta(seconds=number),
        "actor": CISO,
        "subject": "incident",
        "data": {"number": number},
        "texts": {"note": f"Isolated host {number} — ça marche, 完了"},
        "audience": ("UNHCR", "WFP"),
        "cause": CommandId(f"web:{number}"),
    }
    return Entry.model_validate({**fields, **given})


def command(number: int = 1, **given: Any) -> Command:
    """A command to add a note."""
    fields: dict[str, Any] = {
        "id": CommandId(f"web:{number}"),
        "verb": "note",
        "actor": CISO,
        "incident": KEY,
        "args": {"pinned": False},
        "texts": {"note": "Isolated the host\u0000"},
        "received_at": NOON,
    }
    return Command.model_validate({**fields, **given})


def verdict(*entries: Entry) -> Verdict:
    """A command done, with the entries in which that stands."""
    return Verdict(
        outcome=Outcome.DONE, code="note.added", incident=KEY, entries=tuple(each.id for each in entries)
    )
