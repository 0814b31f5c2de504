"""The formats that alerts are read in: an installation's own, mapping files in one folder, before those that ship."""

from pathlib import Path

from bot.intake.reread import Reread
from integrations.siem.claims import format_named
from integrations.siem.format import Format
from integrations.siem.mapping import read_mapping
from integrations.siem.registry import FORMATS
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying

_SUFFIXES = frozenset({".yaml", ".yml"})


class FormatsInFolder:
    """The own formats, read again when a file comes, goes or changes, and then those that ship."""

    def __init__(self, folder: Path) -> None:
        """Read them. Raises Malformed with the file and the fault, also where there is no such folder."""
        if not folder.is_dir():
            raise Malformed(saying("file.formats.no_folder", folder=folder))
        self._folder = folder
        self._reread = Reread("The formats", self._load, lambda _loaded: (folder, *self._files()))

    def __call__(self) -> tuple[Format, ...]:
        """All formats, in the order in which they are asked."""
        return self._reread()

    def _files(self) -> list[Path]:
        return sorted(file for file in self._folder.iterdir() if file.suffix in _SUFFIXES)

    def _load(self) -> tuple[Format, ...]:
        read: tuple[Format, ...] = ()
        for file in self._files():
            form = mapping_in(file)
            if format_named(form.name, (*read, *FORMATS)) is not None:
                raise Malformed(saying("file.formats.twice", file=file, name=form.name))
            read = (*read, form)
        return (*read, *FORMATS)


def shipped_formats() -> tuple[Format, ...]:
    """The formats of an installation that has none of its own."""
    return FORMATS


def mapping_in(file: Path) -> Format:
    """The format that a mapping file describes. Raises Malformed with the file and the fault."""
    try:
        return read_mapping(file.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Malformed(saying("file.formats.not_utf8", file=file)) from None
    except Malformed as fault:
        raise Malformed(saying("file.formats.wrong", file=file, said=fault.wording)) from None
