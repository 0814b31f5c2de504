"""Who may send alerts: sources as data, their keys by reference, read again when a file changes."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyAddress,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.intake.own_formats import shipped_formats
from bot.intake.reread import Reread
from integrations.siem.claims import format_named
from integrations.siem.format import Format
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.misshapen import fault_of, first_of, no_yaml, place_of
from playbooks.texts import load_texts

_LEAST_SECRET = 16
_SECONDS_A_DAY = 86_400
_LONGEST_LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1."""

SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class KeyUse(StrEnum):
    """How a key is shown: sent itself, used to sign, or written to; never two of these, since others see some."""

    BEARER = "bearer"
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    """A client certificate, which a proxy of ours has checked."""
    ADDRESS = "address"
    """In the address that mail is sent to: `<source>+<key>@...`."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceKey(_Frozen):
    """One key of a source. During rotation a source has two; no request is refused in between."""

    id: str
    use: KeyUse
    secret: Annotated[str, Field(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")] | None = None
    """Where the secret is: `env:NAME` or `file:PATH`. Never the secret itself."""
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Of a certificate, SHA-256 in lower-case digits; it is no secret."""

    @model_validator(mode="after")
    def _has_what_its_use_needs(self) -> Self:
        if (self.use is KeyUse.CERTIFICATE) != (self.fingerprint is not None):
            raise ValueError(load_texts().say("file.source.certificate"))
        if (self.use is KeyUse.CERTIFICATE) == (self.secret is not None):
            raise ValueError(load_texts().say("file.source.secret"))
        return self


class Proxy(_Frozen):
    """Who stands before us and checks client certificates; from anybody else the header is nothing."""

    addresses: Annotated[tuple[IPvAnyAddress, ...], Field(min_length=1)]
    certificate_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "X-Forwarded-Client-Cert"


class Rate(_Frozen):
    """A bucket of alerts: it fills with so many a second up to `burst`; empty means 429."""

    per_second: Annotated[float, Field(gt=0)] = 2_000
    burst: Annotated[int, Field(ge=1)] = 200_000


class Mailbox(_Frozen):
    """A mailbox that Muster reads (IMAP, RFC 9051): its own, which nobody else marks as read."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    user: Annotated[str, Field(min_length=1)]
    password: Annotated[str, Field(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")]
    """Where it is; never the password itself."""
    folder: Annotated[str, Field(min_length=1)] = "INBOX"
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(load_texts().say("file.source.own_machine"))
        return self


class Source(_Frozen):
    """One sender of alerts, for one organization."""

    name: SourceName
    organization: OrganizationCode
    format: str = "auto"
    """A format of `integrations.siem`, or `auto`."""
    speaks_for: tuple[OrganizationCode, ...] = ()
    """Organizations that its alerts may name as theirs: a shared service watches over several."""
    keys: tuple[SourceKey, ...] = ()
    mailbox: Mailbox | None = None
    """Where its mails are read; without one it sends them itself, and has a key."""
    rate: Rate = Rate()
    alerts_a_day: Annotated[int, Field(ge=1)] | None = None
    """A quota beside the rate: a bucket of so many that fills once a day; empty means 429."""

    @model_validator(mode="after")
    def _has_a_way_in(self) -> Self:
        if not self.keys and self.mailbox is None:
            raise ValueError(load_texts().say("file.source.keys"))
        return self

    @property
    def rates(self) -> tuple[Rate, ...]:
        """Everything that bounds what it may send."""
        if self.alerts_a_day is None:
            return (self.rate,)
        return (self.rate, Rate(per_second=self.alerts_a_day / _SECONDS_A_DAY, burst=self.alerts_a_day))

    @property
    def format_name(self) -> str | None:
        """The stated format; None for `auto`."""
        return None if self.format == "auto" else self.format


class SourcesFile(_Frozen):
    """The sources, and the proxy before them if there is one."""

    sources: tuple[Source, ...] = ()
    proxy: Proxy | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [source.name for source in self.sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(load_texts().say("file.source.twice", names=", ".join(twice)))
        return self

    @model_validator(mode="after")
    def _certificates_have_a_proxy(self) -> Self:
        uses = {key.use for source in self.sources for key in source.keys}
        if KeyUse.CERTIFICATE in uses and self.proxy is None:
            raise ValueError(load_texts().say("file.source.proxy"))
        return self


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source with its secrets in hand."""

    source: Source
    bearers: tuple[bytes, ...]
    signing: tuple[bytes, ...]
    certificates: tuple[bytes, ...] = ()
    """Fingerprints, as text in lower-case digits."""
    proxy: Proxy | None = None
    addresses: tuple[bytes, ...] = ()
    """Keys that stand in a mail's address, in small letters."""
    password: str = ""
    """Of its mailbox."""


class Sources(Protocol):
    """The sources of an installation, by name."""

    def find(self, name: str) -> KnownSource | None:
        """The source of that name, None when there is none."""


def read_sources(content: bytes) -> SourcesFile:
    """Read a sources file. Raises Malformed with the place and the fault."""
    try:
        data = YAML(typ="safe", pure=True).load(content.decode("utf-8")) or {}
        return SourcesFile.model_validate(TypeAdapter(dict[str, Any]).validate_python(data))
    except (UnicodeDecodeError, YAMLError) as error:
        raise _wrong("no_yaml", why=no_yaml(error)) from None
    except ValidationError as error:
        problem = first_of(error)
        raise _wrong("wrong", place=place_of(problem), what=fault_of(problem)) from None


def with_secrets(
    source: Source, environ: Mapping[str, str], folder: Path, proxy: Proxy | None = None
) -> KnownSource:
    """Fetch a source's secrets; a relative `file:` lies beside the sources file. Raises Malformed."""

    def of(use: KeyUse) -> tuple[bytes, ...]:
        return tuple(_secret(source, key, environ, folder) for key in source.keys if key.use is use)

    return KnownSource(
        source,
        of(KeyUse.BEARER),
        of(KeyUse.SIGNATURE),
        of(KeyUse.CERTIFICATE),
        proxy,
        tuple(_in_address(source, key) for key in of(KeyUse.ADDRESS)),
        _password(source, environ, folder),
    )


def _password(source: Source, environ: Mapping[str, str], folder: Path) -> str:
    if source.mailbox is None:
        return ""
    kind, _, place = source.mailbox.password.partition(":")
    try:
        found = environ[place] if kind == "env" else (folder / place).read_text("utf-8")
    except (KeyError, OSError, UnicodeDecodeError):
        found = ""
    if not found.strip():
        raise _wrong("password", name=source.name, place=source.mailbox.password)
    return found.strip()


def _in_address(source: Source, key: bytes) -> bytes:
    """A key as mail servers leave it: they may change its letters' case, and cut or refuse what is longer."""
    if not key.isalnum() or not key.isascii() or len(source.name) + 1 + len(key) > _LONGEST_LOCAL_PART:
        raise _wrong("address", name=source.name, most=_LONGEST_LOCAL_PART)
    return key.lower()


def _secret(source: Source, key: SourceKey, environ: Mapping[str, str], folder: Path) -> bytes:
    if key.secret is None:
        return (key.fingerprint or "").encode()
    kind, _, place = key.secret.partition(":")
    try:
        found = environ[place].encode() if kind == "env" else (folder / place).read_bytes()
    except (KeyError, OSError):
        raise _wrong("key", key=key.id, name=source.name, place=key.secret) from None
    if len(found.strip()) < _LEAST_SECRET:
        raise _wrong("short", key=key.id, name=source.name, least=_LEAST_SECRET)
    return found.strip()


def _wrong(code: str, **said: object) -> Malformed:
    return Malformed(load_texts().say(f"file.sources.{code}", **said))


class SourcesInFile:
    """Sources of a file, read again when it or a secret's file changes; a broken change is not taken up."""

    def __init__(
        self,
        path: Path,
        environ: Mapping[str, str] = os.environ,
        formats: Callable[[], tuple[Format, ...]] = shipped_formats,
    ) -> None:
        """Read them; a source may name one of these formats. Raises Malformed."""
        self._path = path
        self._environ = environ
        self._formats = formats
        self._known = Reread("The sources", self._load, self._files)

    def find(self, name: str) -> KnownSource | None:
        """See the port."""
        return self._known().get(name)

    def with_mailboxes(self) -> tuple[KnownSource, ...]:
        """Those whose mails are read."""
        return tuple(known for known in self._known().values() if known.source.mailbox)

    def _load(self) -> dict[str, KnownSource]:
        read = read_sources(self._path.read_bytes())
        for source in read.sources:
            self._check_format(source)
        folder = self._path.parent
        return {
            source.name: with_secrets(source, self._environ, folder, read.proxy) for source in read.sources
        }

    def _check_format(self, source: Source) -> None:
        if source.format_name is not None and format_named(source.format_name, self._formats()) is None:
            raise _wrong("format", name=source.name, format=source.format)

    def _files(self, sources: Mapping[str, KnownSource]) -> list[Path]:
        keys = (key for known in sources.values() for key in known.source.keys)
        places = ((key.secret or "").partition(":") for key in keys)
        return [self._path, *(self._path.parent / place for kind, _, place in places if kind == "file")]


class NoSources:
    """An installation that takes no alerts over HTTP."""

    def with_mailboxes(self) -> tuple[KnownSource, ...]:
        """None."""
        return ()

    def find(self, _name: str) -> KnownSource | None:
        """None, whatever the name."""
        return None
