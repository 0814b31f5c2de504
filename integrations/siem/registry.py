"""The formats that ship, in the order in which they are asked when a source names none: the unmistakable before the broad."""

from typing import Final

from integrations.siem.format import Format
from integrations.siem.formats.elastic import ELASTIC_SECURITY
from integrations.siem.formats.generic import GENERIC
from integrations.siem.formats.sentinel import SENTINEL_ALERT, SENTINEL_INCIDENT
from integrations.siem.formats.wazuh import WAZUH

FORMATS: Final[tuple[Format, ...]] = (
    GENERIC,
    ELASTIC_SECURITY,
    SENTINEL_INCIDENT,
    SENTINEL_ALERT,
    WAZUH,
)


def format_named(name: str, formats: tuple[Format, ...] = FORMATS) -> Format | None:
    """The format of a name or alias, whatever its case and whether written with `-`, `_` or blanks."""
    wanted = _fold(name)
    return next((form for form in formats if wanted in {_fold(form.name), *map(_fold, form.aliases)}), None)


def _fold(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")
