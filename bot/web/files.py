"""An incident's timeline as a file: JSON, Markdown, CSV, PDF; the same for pages and the command line."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.web.page.spreadsheet import spreadsheet
from bot.web.page.timeline import timeline, timeline_markdown
from bot.web.pages import draw
from bot.web.paper.press import pdf
from playbooks.domain.case import Case
from playbooks.domain.release import Reader, Shown
from playbooks.texts import Texts


class FileFormat(StrEnum):
    """How a timeline is written."""

    MARKDOWN = "md"
    JSON = "json"
    CSV = "csv"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """For the header of an answer."""
        return _MEDIA[self]


_MEDIA: Final = {
    FileFormat.MARKDOWN: "text/markdown; charset=utf-8",
    FileFormat.JSON: "application/json",
    FileFormat.CSV: "text/csv; charset=utf-8; header=present",
    FileFormat.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class TimelineFile:
    """What of an incident was released to a reader, to be written down for her."""

    case: Case
    story: Sequence[Shown]
    reader: Reader
    texts: Texts
    made_at: datetime

    async def written(self, form: FileFormat) -> bytes:
        """The file; set beside the event loop, since paper takes a second."""
        return await asyncio.to_thread(self._write, form)

    def _write(self, form: FileFormat) -> bytes:
        match form:
            case FileFormat.MARKDOWN:
                return timeline_markdown(self.case, self.story, self.texts).encode()
            case FileFormat.JSON:
                return timeline(self.case, self.story, self.texts).model_dump_json(indent=2).encode()
            case FileFormat.CSV:
                return spreadsheet(self.case, self.story, self.texts).encode()
            case FileFormat.PDF:
                return pdf(self.case, self.story, self.texts, self.reader, self.made_at, draw)
