"""The witnesses file: who witnesses this installation's log, by which key, reached how; `docs/operating.md`."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from ruamel.yaml import YAML

from bot.written_file import reading
from playbooks.domain.errors import Denied, Malformed
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.proof.notes import NoteKey, Signs
from playbooks.domain.saying import saying
from playbooks.texts import load_texts


def _cosigns(text: str) -> str:
    try:
        key = NoteKey.read(text)
    except Malformed as error:
        raise ValueError(error.sentence.rstrip(".")) from None
    if key.signs is not Signs.COSIGNATURES:
        raise ValueError(load_texts().say("file.witnesses.no_cosigner"))
    return text.strip()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WitnessEntry(_Frozen):
    """One witness: over HTTP by `url`, or by a `folder` that both sides can write to."""

    organization: OrganizationCode
    vkey: Annotated[str, AfterValidator(_cosigns)]
    url: Annotated[str, Field(pattern=r"^https?://")] = ""
    folder: Path | None = None

    @property
    def key(self) -> NoteKey:
        """The witness's public key."""
        return NoteKey.read(self.vkey)

    @model_validator(mode="after")
    def _one_way(self) -> "WitnessEntry":
        if bool(self.url) == bool(self.folder):
            raise ValueError(load_texts().say("file.witnesses.one_way"))
        return self


class PostedEntry(_Frozen):
    """A place where heads are posted for people to keep: a `room` of a `connection`, or the address `mail`."""

    connection: ConnectionId = ConnectionId("")
    room: str = ""
    mail: Annotated[str, Field(pattern=r"^$|^[^@\s]+@[^@\s]+$")] = ""

    @property
    def place(self) -> str:
        """Its name: `wfp/slack/C012AB`, or the address."""
        return self.mail or f"{self.connection}/{self.room}"

    @model_validator(mode="after")
    def _one_place(self) -> "PostedEntry":
        if bool(self.mail) == bool(self.room) or bool(self.room) != bool(self.connection):
            raise ValueError(load_texts().say("file.witnesses.one_place"))
        return self


class ServerEntry(_Frozen):
    """The mail server that heads are handed to; the password is at `env:NAME` or `file:PATH`."""

    host: str
    port: int = 587
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Annotated[str, Field(pattern=r"^$|^(env|file):.+$")] = ""

    def secret(self, environ: Mapping[str, str] = os.environ) -> SecretStr:
        """The password; empty where none is needed. Raises Denied where it is missing."""
        kind, _, place = self.password.partition(":")
        try:
            found = environ[place] if kind == "env" else Path(place).read_text("utf-8") if place else ""
        except (KeyError, OSError, UnicodeDecodeError):
            raise Denied(
                saying("file.witnesses.password", place=self.password),
                code="credential_missing",
            ) from None
        return SecretStr(found.strip())


class StampEntry(_Frozen):
    """A time stamping authority (RFC 3161), and the PEM file of the roots that it is checked with."""

    url: Annotated[str, Field(pattern=r"^https?://")]
    roots: Path


class WitnessesFile(_Frozen):
    """All of them, and how often they are shown the newest head (seconds)."""

    every: Annotated[int, Field(ge=1)] = 60
    witnesses: tuple[WitnessEntry, ...] = ()
    posted: tuple[PostedEntry, ...] = ()
    smtp: ServerEntry | None = None
    stamps: tuple[StampEntry, ...] = ()
    stamp_every: Annotated[int, Field(ge=1)] = 3600
    """How often the newest head is stamped (seconds); authorities bear less than witnesses."""

    @property
    def pace(self) -> timedelta:
        """How often each witness is shown the newest head; at an incident's close in any case."""
        return timedelta(seconds=self.every)

    @property
    def stamps_pace(self) -> timedelta:
        """How often the newest head is stamped; at an incident's close in any case."""
        return timedelta(seconds=self.stamp_every)

    @property
    def by_name(self) -> Mapping[str, WitnessEntry]:
        """The witnesses by the names of their keys."""
        return {entry.key.name: entry for entry in self.witnesses}

    @model_validator(mode="after")
    def _mail_has_a_way(self) -> "WitnessesFile":
        if self.smtp is None and any(entry.mail for entry in self.posted):
            raise ValueError(load_texts().say("file.witnesses.no_smtp"))
        return self


def read_witnesses(path: Path | None) -> WitnessesFile:
    """Read the file; no witnesses without one. Raises Malformed with the place and what would be right."""
    if path is None:
        return WitnessesFile()
    with reading("witnesses", path):
        return WitnessesFile.model_validate(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
