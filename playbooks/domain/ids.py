"""Identifiers, each a string with one meaning, so that a signature says what it takes."""

from typing import NewType

CommandId = NewType("CommandId", str)
"""Identifies one command for ever, `source:id`; the front end states how it makes one.

See docs/decisions/commands-enter-a-ledger.md.
"""

EntryId = NewType("EntryId", str)
"""Identifies one entry of the record; deterministic, so that a decision recorded twice is one entry."""

IncidentKey = NewType("IncidentKey", str)
"""The incident's name among people, `INC-2026-0042`; carries no title and no person."""

OrganizationCode = NewType("OrganizationCode", str)
"""The organization's code in the directory, `UNHCR`."""

PersonId = NewType("PersonId", str)
"""A person's handle in the directory, `unhcr-ciso`; says the function, never the name."""

EffectId = NewType("EffectId", str)
"""Identifies one effect on the world for ever; deterministic (docs/decisions/effects-one-door.md)."""

TaskId = NewType("TaskId", str)
"""A task's name within its incident, `WFP-3`: the organization that does it and a number."""

ConsultationId = NewType("ConsultationId", str)
"""A consultation's name within its incident, `C-2`."""

EvidenceId = NewType("EvidenceId", str)
"""A piece of evidence within its incident, `E-2`."""

RunId = NewType("RunId", str)
"""One run of a playbook within its incident, `R-1`."""

ConnectionId = NewType("ConnectionId", str)
"""One organization's account with one vendor, `unhcr/slack`."""
