"""Commands: what an action step asks its agent to do (CACAO 2.0 §5)."""

import base64
import binascii
from enum import StrEnum

from pydantic import JsonValue

from playbooks.cacao.model.base import CacaoObject
from playbooks.cacao.model.references import ExternalReference


class CommandType(StrEnum):
    """The types the standard names, and `muster` for our own actions; the vocabulary is open."""

    MANUAL = "manual"
    BASH = "bash"
    CALDERA = "caldera-cmd"
    ELASTIC = "elastic"
    HTTP_API = "http-api"
    JUPYTER = "jupyter"
    KESTREL = "kestrel"
    OPENC2_HTTP = "openc2-http"
    POWERSHELL = "powershell"
    SIGMA = "sigma"
    SSH = "ssh"
    YARA = "yara"
    MUSTER = "muster"


class Command(CacaoObject):
    """One command. Which of the parts must be there depends on its type; the check knows."""

    type: str
    description: str | None = None
    version: str | None = None
    playbook_activity: str | None = None
    external_references: tuple[ExternalReference, ...] = ()
    command: str | None = None
    command_b64: str | None = None
    headers: dict[str, tuple[str, ...]] = {}
    content: str | None = None
    content_b64: str | None = None
    arguments: dict[str, JsonValue] = {}
    """Of a `muster` command: what the action named by `command` is given (see `extension`)."""

    @property
    def text(self) -> str:
        """What is to be run or done, decoded if it came in base64; empty when there is nothing."""
        if self.command and self.command.strip():
            return self.command
        return decoded(self.command_b64) or ""


def decoded(text: str | None) -> str | None:
    """The UTF-8 text behind base64 (RFC 4648 §4), or None when it is not that."""
    try:
        return base64.b64decode((text or "").encode(), validate=True).decode()
    except (binascii.Error, UnicodeError):
        return None
