"""Data markings, extension definitions and signatures (CACAO 2.0 §8, §9, §10.14)."""

from typing import Annotated

from pydantic import Field, JsonValue

from playbooks.cacao.model.base import CacaoObject, Extensions, Flag, Identifier, Integer, Timestamp
from playbooks.cacao.model.references import ExternalReference


class DataMarking(CacaoObject):
    """marking-tlp, marking-statement or marking-iep. A marking is never versioned: a change is a new one."""

    type: str
    id: Identifier
    name: str | None = None
    description: str | None = None
    created_by: Identifier
    created: Timestamp
    revoked: Flag = False
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
    labels: tuple[str, ...] = ()
    external_references: tuple[ExternalReference | str, ...] = ()
    """Objects; of marking-iep, where FIRST says so, plain text."""
    marking_extensions: Extensions = {}
    tlpv2_level: str | None = None
    statement: str | None = None
    tlp: str | None = None
    """Of marking-iep: TLP 1.0 in FIRST's words, not a TLP 2.0 label."""
    iep_version: Integer | None = None
    start_date: Timestamp | None = None
    end_date: Timestamp | None = None
    encrypt_in_transit: str | None = None
    permitted_actions: str | None = None
    affected_party_notifications: str | None = None
    attribution: str | None = None
    unmodified_resale: str | None = None


class ExtensionDefinition(CacaoObject):
    """Who defined an extension, and where its schema is."""

    type: str
    name: str
    description: str | None = None
    created_by: Identifier
    schema_: Annotated[str, Field(alias="schema")]
    version: str
    external_references: tuple[ExternalReference, ...] = ()


class Signature(CacaoObject):
    """A signature after the JSON Signature Scheme; exactly one of the four ways to name the key."""

    type: str
    id: Identifier
    created_by: Identifier | None = None
    created: Timestamp
    modified: Timestamp
    revoked: Flag = False
    signee: str
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
    related_to: Identifier
    related_version: Timestamp
    hash_algorithm: str
    algorithm: str
    public_key: str | None = None
    public_cert_chain: tuple[str, ...] = ()
    cert_url: str | None = None
    thumbprint: str | None = None
    value: str | None = None
    signature: dict[str, JsonValue] | None = None
    """A countersignature over this one."""
