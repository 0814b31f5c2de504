"""Whom a text is for: her language and her time zone, known wherever words are made while she is spoken to.

Whoever begins to speak to somebody says so once, `with speaking(tongue)`: a page's request, a line at the desk, an
effect for an organization's account. The catalogue and every renderer ask here, so that nothing between them carries a
language about, and concurrent readers do not hear one another's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from babel.units import format_unit
from pydantic import AfterValidator, BaseModel, ConfigDict

SOURCE: Final = "en"
"""The language that texts are written in first, and that stands in where nothing else is known."""

_COLONS: Final = {"fr": "\N{NO-BREAK SPACE}:"}
"""Of a language that sets its colon otherwise than right after the word."""


def _known(language: str) -> str:
    try:
        return str(Locale.parse(language))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"“{language}” is no language; write its code, such as fr or es") from error


Language = Annotated[str, AfterValidator(_known)]
"""A language by its code in the CLDR, `fr`."""


class Tongue(BaseModel):
    """A language, and the zone of the IANA database in which moments are told."""

    model_config = ConfigDict(frozen=True)

    language: Language = SOURCE
    time_zone: str = "UTC"

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way the language is written, as HTML's `dir` wants it."""
        return "rtl" if _locale(self.language).text_direction == "rtl" else "ltr"

    @property
    def name(self) -> str:
        """The language in its own words, `français`."""
        return _locale(self.language).get_display_name() or self.language


_TONGUE: ContextVar[Tongue] = ContextVar("tongue", default=Tongue())  # noqa: B039  it is frozen


def tongue() -> Tongue:
    """Of whoever is spoken to; English and UTC where nobody in particular is."""
    return _TONGUE.get()


@contextmanager
def speaking(spoken: Tongue) -> Iterator[None]:
    """Speak to somebody for as long as the block runs."""
    token = _TONGUE.set(spoken)
    try:
        yield
    finally:
        _TONGUE.reset(token)


def speak(spoken: Tongue) -> None:
    """Speak so until whoever began with `speaking` is done: for a request that learns only later whose it is."""
    _TONGUE.set(spoken)


def local(at: datetime) -> datetime:
    """A moment on the clock of whoever is spoken to."""
    return at.astimezone(ZoneInfo(tongue().time_zone))


def moment(at: datetime) -> str:
    """A day and a time with their zone. English has them as ISO 8601: its readers differ on what 3/4 means."""
    return f"{day(at)}{' ' if tongue().language == SOURCE else ', '}{clock(at)} {zone(at)}"


def long_moment(at: datetime) -> str:
    """A moment in words, for paper: `22 November 2026, 14:05 UTC`."""
    return f"{format_date(_day_of(at), 'long', _here())}, {clock(at)} {zone(at)}"


def day(at: date) -> str:
    """A day with its year, short."""
    at = _day_of(at)
    return f"{at:%Y-%m-%d}" if tongue().language == SOURCE else _by_skeleton("yMMMd", at)


def full_day(at: date) -> str:
    """A day with its weekday, in words: `Sunday 22 November 2026`."""
    return format_date(_day_of(at), "full", _here())


def brief_day(at: date) -> str:
    """A day of these weeks: `22 Nov`."""
    return _by_skeleton("MMMd", _day_of(at))


def brief(at: datetime) -> str:
    """A moment of these weeks, where the zone is said elsewhere: `22 Nov 14:05`."""
    return f"{brief_day(at)} {clock(at)}"


def clock(at: datetime) -> str:
    """The time of day, of 24 hours in every language."""
    return f"{local(at):%H:%M}"


def zone(at: datetime) -> str:
    """The zone as its distance from UTC at that moment, which everybody can reckon with: `UTC+5:45`."""
    away = local(at).utcoffset() or timedelta()
    hours, minutes = divmod(abs(away) // timedelta(minutes=1), 60)
    sign = "-" if away < timedelta() else "+"
    return "UTC" if not away else f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def number(value: float) -> str:
    """A number that counts something; never one that names something."""
    return str(format_decimal(value, locale=_here()))


def colon() -> str:
    """What stands between a label and what it labels, a space after it: French has one before it too."""
    return _COLONS.get(tongue().language, ":")


def _day_of(at: date) -> date:
    return local(at).date() if isinstance(at, datetime) else at


def _by_skeleton(skeleton: str, at: date) -> str:
    midnight = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return str(format_skeleton(skeleton, midnight, locale=_here()))


def _here() -> Locale:
    """English as the United Nations write it, day before month."""
    return _locale("en_GB" if tongue().language == SOURCE else tongue().language)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def lasting(count: int, unit: str) -> str:
    """A span in words: 2 of the unit `hour` is “2 hours”, “2 heures”."""
    return format_unit(count, f"duration-{unit}", "long", locale=_locale(tongue().language))
