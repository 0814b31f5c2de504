"""Playbooks from files: read within their limits, on the terms of this installation."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from playbooks.cacao import limits
from playbooks.cacao.finding import refuse
from playbooks.cacao.reading import Reading, Terms, read
from playbooks.cacao.signatures import TrustedSigner
from playbooks.cacao.yaml_source import read_yaml
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying

_SIGNERS = TypeAdapter(tuple[TrustedSigner, ...])


def read_file(path: Path, terms: Terms) -> Reading:
    """A playbook of a file, whatever the file is; no more of it is read than a playbook may have."""
    try:
        content = content_of(path)
    except OSError as error:
        return Reading(None, (refuse((), "Muster files", "no_file", said=error.strerror or error),))
    return read(content, terms)


def content_of(path: Path) -> bytes:
    """As much of a file as a playbook may have, and one byte more where there is more. Raises OSError."""
    with path.open("rb") as file:
        return file.read(limits.JSON_BYTES + 1)


def terms_of(trusted: Path | None, services: Collection[str], *, signed: bool) -> Terms:
    """On what terms files are taken now. Raises Malformed for a list of signers that is none."""
    signers = () if trusted is None else read_signers(trusted)
    return Terms(trusted=signers, needs_trusted_signature=signed, at=datetime.now(UTC), services=services)


def read_signers(path: Path) -> tuple[TrustedSigner, ...]:
    """Whom we trust to sign playbooks. Raises Malformed for a list of signers that is none."""
    try:
        data, _lines, finding = read_yaml(path.read_text(encoding="utf-8"))
        if finding is not None:
            fault = saying("file.signers.unread", path=path, fault=finding.said)
            raise Malformed(fault, code="signers_unreadable")
        return _SIGNERS.validate_python(data)
    except (OSError, UnicodeDecodeError, ValidationError):
        raise Malformed(saying("file.signers.wrong", path=path), code="signers_unreadable") from None
