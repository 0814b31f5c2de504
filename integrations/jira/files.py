"""Files attached to issues: up and down within the time there is, so that no attempt goes on behind the door's back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from io import BytesIO
from time import monotonic
from typing import Any, Final

from urllib3 import encode_multipart_formdata

from integrations.jira.remarks import account_in
from playbooks.domain.errors import Permanent
from playbooks.domain.saying import saying
from playbooks.domain.seen import Attached
from playbooks.ports.evidence import MOST_BYTES

_ID: Final = "attachment/"


class FormWithin(BytesIO):
    """A multipart form with one file that is no longer sent when its time is up; half a form attaches nothing.

    Reading it then raises Permanent: what is too large for the line today is so tomorrow, and others wait behind it.
    """

    def __init__(self, name: str, content: bytes, within: timedelta) -> None:
        body, self.type = encode_multipart_formdata({"file": (name, content, "application/octet-stream")})
        super().__init__(body)
        self._until = monotonic() + within.total_seconds()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        check_time(self._until)
        return super().read(size)


def check_time(until: float) -> None:
    """Raise Permanent when this moment of the monotonic clock has passed."""
    if monotonic() > until:
        raise Permanent(saying("vendor.file_slow"), code="too_slow")


def whole(pieces: Iterable[bytes], until: float) -> bytes:
    """The bytes of a file as they come. Raises Permanent for more than is kept, or when they take too long."""
    content = bytearray()
    for piece in pieces:
        check_time(until)
        content += piece
        if len(content) > MOST_BYTES:
            raise Permanent(saying("vendor.file_grows"), code="too_large")
    return bytes(content)


def ref_of(id: str) -> str:
    """What an attachment is called here: no comment is called so."""
    return f"{_ID}{id}"


def attached(said: Mapping[str, Any]) -> Attached:
    """An attachment as the REST API has it."""
    return Attached(
        ref=ref_of(str(said["id"])),
        account=account_in(said.get("author")),
        at=datetime.fromisoformat(said["created"]),
        name=str(said["filename"]),
        size=int(said["size"]),
        url=str(said["content"]),
    )


def id_of(ref: str) -> str:
    """The number by which Jira calls it. Raises Permanent."""
    number = ref.removeprefix(_ID)
    if not number.isdecimal():
        raise Permanent(saying("vendor.no_attachment", ref=ref), code="unknown_file")
    return number
