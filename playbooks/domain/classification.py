"""Labels of classified information of NATO, the European Union or a State: recognised, and refused.

Muster is approved to hold none of it: whoever is given classified information handles it by the rules of its owner, on
systems that the owner approved. What is looked for are labels as documents bear them (a line that begins or ends with
one, a portion mark at a line's beginning), not words
about them: “they say it is NATO SECRET, we have not seen it” passes.
"""

import re
from typing import Final

from playbooks.domain.errors import Refused
from playbooks.domain.saying import says

_LABELS: Final = (
    # NATO, C-M(2002)49
    r"COSMIC TOP SECRET(?: BOHEMIA| ATOMAL)?",
    r"FOCAL TOP SECRET",
    r"NATO (?:SECRET|CONFIDENTIAL|RESTRICTED|UNCLASSIFIED)",
    r"(?:TOP SECRET|SECRET|CONFIDENTIAL) ATOMAL",
    # European Union, Council Decision 2013/488/EU
    r"TR[EÈ]S SECRET UE(?:/EU TOP SECRET)?",
    r"SECRET UE(?:/EU SECRET)?",
    r"CONFIDENTIEL UE(?:/EU CONFIDENTIAL)?",
    r"RESTREINT UE(?:/EU RESTRICTED)?",
    r"EU (?:TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED)",
    # States, as their documents bear them
    r"(?:UK |US )?TOP SECRET",
    r"(?:UK |US )SECRET",
    r"(?:SECRET|CONFIDENTIAL|UNCLASSIFIED)//[A-Z/, -]+",
    r"OFFICIAL[-: ]SENSITIVE",
    r"UK OFFICIAL",
    r"TR[EÈ]S SECRET(?:[ -]D[EÉ]FENSE)?",
    r"SECRET[ -]D[EÉ]FENSE",
    r"CONFIDENTIEL[ -]D[EÉ]FENSE",
    r"DIFFUSION RESTREINTE",
    r"VS[- ]NUR F[UÜ]R DEN DIENSTGEBRAUCH",
    r"VS[- ]NFD",
    r"VS[- ]VERTRAULICH",
    r"STRENG GEHEIM",
    r"SEGRETISSIMO",
    r"RISERVATISSIMO",
    r"СОВЕРШЕННО СЕКРЕТНО",  # noqa: RUF001  as its documents bear it
    r"ДЛЯ СЛУЖЕБНОГО ПОЛЬЗОВАНИЯ",
)
_LABEL: Final = "|".join(_LABELS)
_FILL: Final = r"[\s*#_\[\]().:-]{0,20}"
_BEFORE: Final = re.compile(rf"^{_FILL}(?P<label>{_LABEL})(?=$|\s{{0,3}}[*\]).:;,/|-]|\s{{2}}|\s$)")
_AFTER: Final = re.compile(rf"(?:^|[\[(/:|-]\s{{0,3}}|\s{{2}})(?P<label>{_LABEL}){_FILL}$")
_PORTION: Final = re.compile(
    r"^\s{0,20}\((?P<label>(?:(?:CTS|NS|NC)(?:-[AB])?|NR|NU|TS|[SC](?=//))(?://[A-Z/, -]{1,40})?)\)\s"
)
_TAG: Final = re.compile(r"^nato:(?:classification=)?\"?(?P<label>[\w -]{2,40})", re.IGNORECASE)
"""MISP's taxonomy of NATO's labels: `nato:classification="NS"`."""
_LONGEST: Final = 1_000


def foreign_label(text: str) -> str | None:
    """The first label of foreign classification that a text bears; None where it bears none."""
    for line in text.splitlines():
        for form in (_BEFORE, _PORTION, _TAG):
            if found := form.search(line[:_LONGEST]):
                return found["label"]
        if found := _AFTER.search(line[-_LONGEST:]):
            return found["label"]
    return None


def check_not_classified(*texts: str) -> None:
    """Raise Refused where one of the texts bears a label of NATO or of a State."""
    for label in filter(None, map(foreign_label, texts)):
        raise Refused(
            says("foreign_classification", label=label),
            source="policy",
        )
