"""What people attach to tickets there is fetched and kept as evidence; what Muster attached does not come back."""

from collections.abc import Callable

import pytest

from bot.hooks.files import Bringing, TicketFiles
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unavailable
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.domain.seen import Attached
from playbooks.ports.evidence import MOST_BYTES
from tests.casts import NOON
from tests.web.circle import MemoryEvidence

TICKETS, KEY = ConnectionId("unhcr/tickets"), IncidentKey("INC-2026-0042")
FILE = Attached(ref="attachment/7", account="A-1", at=NOON, name="proxy.log", size=5, url="https://jira/7")


class Tracker:
    """Holds one file, or says why not."""

    def __init__(self, file: Attached = FILE, away: ProviderError | None = None) -> None:
        self.file, self.away = file, away

    async def attached(self, ref: str) -> Attached:
        assert ref == self.file.ref
        return self.file

    async def fetch(self, attached: Attached) -> bytes:
        if self.away:
            raise self.away
        return b"bytes"


def files(store: MemoryEvidence, tracker: object) -> TicketFiles:
    return TicketFiles(store, lambda _id: tracker)


async def test_a_file_is_kept_until_its_entry_is_refused() -> None:
    store = MemoryEvidence()
    brought = await files(store, Tracker()).bring(TICKETS, KEY, FILE.ref)
    assert brought is not None
    assert brought.args == {"file": "kept", "size": 5, "url": FILE.url, "sha256": brought.sha256}
    assert await store.fetch(KEY, brought.sha256) == b"bytes"
    await files(store, Tracker()).let_go(KEY, brought)
    assert await store.kept(KEY) == frozenset()


async def test_the_same_bytes_are_known_and_under_our_own_name_no_news() -> None:
    store = MemoryEvidence()
    sha256 = await store.keep(KEY, b"bytes")
    known = await files(store, Tracker()).bring(TICKETS, KEY, FILE.ref)
    assert known is not None
    assert (known.became, known.sha256) == (Bringing.KNOWN, sha256)
    await files(store, Tracker()).let_go(KEY, known)
    assert await store.kept(KEY) == {sha256}, "what was there before stays"
    ours = Tracker(FILE.model_copy(update={"name": f"{KEY}-E-1 proxy.log"}))
    assert await files(store, ours).bring(TICKETS, KEY, FILE.ref) is None


@pytest.mark.parametrize(
    ("tracker", "became"),
    [
        (lambda: Tracker(FILE.model_copy(update={"size": MOST_BYTES + 1})), Bringing.TOO_LARGE),
        (lambda: Tracker(away=Permanent("It was taken away.")), Bringing.NOT_FETCHED),
    ],
    ids=["too large", "taken away"],
)
async def test_what_cannot_be_kept_is_told_all_the_same(
    tracker: Callable[[], Tracker], became: Bringing
) -> None:
    store = MemoryEvidence()
    brought = await files(store, tracker()).bring(TICKETS, KEY, FILE.ref)
    assert brought is not None
    assert brought.became is became
    assert await store.kept(KEY) == frozenset()


@pytest.mark.parametrize("away", [Transient("away"), Denied("refused")])
async def test_a_tracker_that_is_away_is_asked_again_later(away: ProviderError) -> None:
    with pytest.raises(Unavailable):
        await files(MemoryEvidence(), Tracker(away=away)).bring(TICKETS, KEY, FILE.ref)


async def test_a_vendor_without_files_has_none() -> None:
    assert await files(MemoryEvidence(), object()).bring(TICKETS, KEY, FILE.ref) is None
