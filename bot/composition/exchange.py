"""The half of the composition for exchanging indicators: formats by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from integrations.exchange.misp import read_misp, write_misp
from integrations.exchange.sheet import Brought, Received, Sheet
from integrations.exchange.stix import read_collected, read_stix, write_stix
from playbooks.domain.alert import Indicator
from playbooks.domain.errors import NotFound
from playbooks.domain.marking import strictest
from playbooks.indicators.named import Named

__all__ = ["Brought", "Exchange", "Received", "not_known", "read", "read_collected", "written"]


class Exchange(StrEnum):
    """A format that other systems read."""

    STIX = "stix"
    MISP = "misp"


def written(
    form: Exchange, found: Sequence[Named], at: datetime, *, incident: str = "", organization: str = ""
) -> bytes:
    """Indicators in a format, of an incident by an organization, or of nobody. Raises NotFound for none at all."""
    if not found:
        raise NotFound("There is no indicator that this reader may have.", code="no_indicators")
    sheet = Sheet(
        indicators=tuple(found),
        marking=strictest(*(each.marking for each in found)),
        made_at=at,
        incident=incident,
        organization=organization,
    )
    return write_stix(sheet) if form is Exchange.STIX else write_misp(sheet)


def read(form: Exchange, content: bytes) -> Received:
    """What a file brings. Raises Malformed, and Refused for foreign classification or a marking that is not known."""
    return read_stix(content) if form is Exchange.STIX else read_misp(content)


def not_known(received: Received, found: Iterable[Named]) -> Received:
    """Without what stands in the record already under labels as strict: what was given comes back with the rest."""
    known = {each.indicator: each for each in found}

    def is_new(indicator: Indicator, brought: Brought) -> bool:
        named = known.get(indicator)
        return named is None or not (
            brought.marking.within(named.marking) and brought.pap.strictness <= named.pap.strictness
        )

    new = (
        each.model_copy(update={"indicators": tuple(one for one in each.indicators if is_new(one, each))})
        for each in received.brought
    )
    return received.model_copy(update={"brought": tuple(each for each in new if each.indicators)})
