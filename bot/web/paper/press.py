"""The timeline as PDF: tagged, after PDF/UA-1, set by Typst from data alone.

Typst is given three files in memory and no folder: nothing in anybody's words leads to a file, a package or an address.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from bot.web.page.lanes import Picture, picture
from bot.web.paper.sheet import sheet
from playbooks.domain.case import Case
from playbooks.domain.release import Reader, Shown
from playbooks.domain.trace import traces_of
from playbooks.texts import Texts

_TEMPLATE: Final = Path(__file__).parent / "timeline.typ"
_WIDTH: Final = 640
"""The picture's width on paper, so that its words stay large enough to read on A4."""
_FOR_EVERYBODY: Final = "ua-1"
"""PDF/UA-1 (ISO 14289-1): what screen readers need."""

_set: Callable[..., bytes] = typst.compile
"""Typed for one file; it takes several by name."""

Draw = Callable[[Picture], str]
"""The lanes as SVG that stands alone."""


def pdf(
    case: Case, story: Sequence[Shown], texts: Texts, reader: Reader, made_at: datetime, draw: Draw
) -> bytes:
    """The document for one reader; the same bytes for the same story at the same moment.

    Where no font that is here has a letter, PDF/UA-1 cannot be claimed: then it is tagged all the same, unclaimed.
    """
    lanes = picture(traces_of(story), tuple(case.state.parties), made_at, width=_WIDTH)
    lanes = lanes and lanes.told(texts, {})
    content = sheet(case, story, texts, reader, lanes, made_at)
    at = made_at.replace(microsecond=0)
    files = {"main.typ": _TEMPLATE.read_bytes(), "sheet.json": json.dumps(content).encode()}
    if lanes is not None:
        files["lanes.svg"] = draw(lanes).encode()
    try:
        return _set(files, timestamp=at, pdf_standards=_FOR_EVERYBODY)
    except typst.TypstError:
        return _set(files, timestamp=at)
