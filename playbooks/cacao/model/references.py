"""External references, contacts and places (CACAO 2.0 §10)."""

from playbooks.cacao.model.base import CacaoObject, Identifier


class ExternalReference(CacaoObject):
    """Where more can be read."""

    name: str
    description: str | None = None
    source: str | None = None
    url: str | None = None
    external_id: str | None = None
    reference_id: Identifier | None = None


class Contact(CacaoObject):
    """How to reach somebody: label to address or number."""

    email: dict[str, str] = {}
    phone: dict[str, str] = {}
    contact_details: str | None = None


class CivicLocation(CacaoObject):
    """A place in the world."""

    name: str | None = None
    description: str | None = None
    building_details: str | None = None
    network_details: str | None = None
    region: str | None = None
    country: str | None = None
    administrative_area: str | None = None
    city: str | None = None
    street_address: str | None = None
    postal_code: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    precision: str | None = None
