"""An installation's own playbooks: files in one folder, each judged by itself, taken up when they change."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from bot.intake.reread import Reread
from bot.own_directory import read_directory
from bot.playbook_files import content_of, read_signers
from bot.settings import Settings
from playbooks import library
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import Reading, Terms, read
from playbooks.cacao.signatures import is_out_of_force
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.saying import Saying, saying, says
from playbooks.domain.tongue import Tongue, speaking

_LOG = logging.getLogger(__name__)
_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What routing rules and people in chat can name."""


class OwnPlaybook(NamedTuple):
    """A playbook of the installation's own, as it stands now."""

    content: bytes = b""
    playbook: Playbook | None = None
    """None for a file that nothing can be made of."""
    refusal: Saying | None = None
    """Why it does not run, in one sentence; None for one that may."""
    signed_by: str = ""
    """The trusted signer whose signature holds now; empty for nobody."""

    def check(self) -> None:
        """Raise Malformed, with the sentence, for one that does not run."""
        if self.refusal:
            raise Malformed(self.refusal, code="playbook_refused")


OwnPlaybooks = Callable[[], Mapping[str, OwnPlaybook]]
"""The own playbooks by name, refused ones among them. Reads files: not for the event loop."""


def no_own_playbooks() -> Mapping[str, OwnPlaybook]:
    """Those of an installation that has none."""
    return {}


def content_named(name: str, own: Mapping[str, OwnPlaybook]) -> bytes:
    """The bytes of a playbook that ships, or of an own one. Raises NotFound, and Malformed for a refused one."""
    if name in library.NAMES:
        return library.content(name)
    if name not in own:
        known = (*library.NAMES, *(each for each, playbook in own.items() if not playbook.refusal))
        raise NotFound(says("no_such_playbook", name=name, names=known))
    own[name].check()
    return own[name].content


def own_playbooks(settings: Settings) -> OwnPlaybooks:
    """Those that the settings name, which ask for shared services of the directory's catalogue and no others.

    Raises Malformed for a folder, a list of signers or a directory that is none.
    """
    if settings.signed and settings.signers is None:
        raise Malformed(saying("own_playbook.no_signers"))
    if settings.playbooks is None:
        return no_own_playbooks
    return PlaybooksInFolder(
        settings.playbooks,
        settings.signers,
        services=read_directory(settings).service_codes,
        must_be_signed=settings.signed,
    )


class _Read(NamedTuple):
    """A file as it was read; who signed it holds for a while only, and is judged anew each time."""

    content: bytes = b""
    reading: Reading = Reading(None, ())
    refusal: Saying | None = None


class PlaybooksInFolder:
    """The playbooks of a folder; the name is the file's stem. A file that is refused takes no other with it."""

    def __init__(
        self,
        folder: Path,
        signers: Path | None = None,
        *,
        services: Collection[str] | None = None,
        must_be_signed: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Read them. Raises Malformed where there is no such folder, or the signers' file is none."""
        if not folder.is_dir():
            raise Malformed(saying("own_playbook.no_folder", folder=folder))
        self._folder = folder
        self._signers = signers
        self._services = services
        self._must_be_signed = must_be_signed
        self._now = now
        self._one_at_a_time = Lock()
        self._reread = Reread("The playbooks", self._load, lambda _loaded: self._watched())

    def __call__(self) -> Mapping[str, OwnPlaybook]:
        """All of them by name, and what is to be said of each now."""
        with self._one_at_a_time:
            found = self._reread()
        return {name: self._judged(name, each) for name, each in found.items()}

    def _watched(self) -> Iterable[Path]:
        return (self._folder, *self._files(), *((self._signers,) if self._signers else ()))

    def _files(self) -> list[Path]:
        return sorted(file for file in self._folder.iterdir() if file.suffix in _SUFFIXES and file.is_file())

    def _load(self) -> dict[str, _Read]:
        signers = read_signers(self._signers) if self._signers else ()
        terms = Terms(trusted=signers, services=self._services)
        files = self._files()
        named = Counter(file.stem for file in files)
        found = {file.stem: _read(file, terms, named[file.stem]) for file in files}
        for name, each in found.items():
            if refusal := self._judged(name, each).refusal:
                with speaking(Tongue()):
                    _LOG.warning("%s", refusal)
        return found

    def _judged(self, name: str, found: _Read) -> OwnPlaybook:
        signed_by = _signer(found.reading, self._now())
        refusal = found.refusal
        if not refusal and self._must_be_signed and not signed_by:
            refusal = saying("own_playbook.unsigned", name=name)
        return OwnPlaybook(found.content, found.reading.playbook, refusal, signed_by)


def _read(file: Path, terms: Terms, files_of_this_name: int) -> _Read:
    if fault := _fault_of_name(file, files_of_this_name):
        return _Read(refusal=saying(f"own_playbook.{fault}", name=file.stem, file=file.name))
    try:
        content = content_of(file)
    except OSError as error:
        why = error.strerror or error
        return _Read(refusal=saying("own_playbook.unread", name=file.stem, file=file.name, why=why))
    reading = read(content, terms)
    return _Read(content, reading, None if reading.playbook else _told(file, reading))


def _fault_of_name(file: Path, files_of_this_name: int) -> str:
    if not _NAME.fullmatch(file.stem):
        return "misnamed"
    if file.stem in library.NAMES:
        return "shipped"
    if files_of_this_name > 1:
        return "twice"
    return ""


def _told(file: Path, reading: Reading) -> Saying:
    """The gravest finding stands first."""
    first = reading.findings[0]
    return saying("own_playbook.refused", name=file.stem, file=file.name, at=first.at, problem=first.said)


def _signer(reading: Reading, at: datetime) -> str:
    if reading.playbook is None:
        return ""
    signed = zip(reading.signatures, reading.playbook.signatures or (), strict=False)
    return next(
        (
            report.signer
            for report, signature in signed
            if report.signer and not is_out_of_force(signature, at)
        ),
        "",
    )
