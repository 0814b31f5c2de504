"""What is kept beside the trees and must fit what they say: files, contents, reports, keys, erasures, cosignatures.

The trees were verified before, so their entries can be taken at their word here.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection
from integrations.postgres.erasure import Approval
from integrations.postgres.proofs import subtree
from integrations.postgres.record import placed_of
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.checkpoint import Checkpoint, log_keys, signed_by_log
from playbooks.domain.proof.heads import key_id
from playbooks.domain.proof.notes import Note, NoteKey
from playbooks.domain.proof.slots import INSTALLATION, canonical
from playbooks.domain.proof.verification import Damage, Found, Problem
from playbooks.governance.report import digest
from playbooks.texts import load_texts

_CONTENTS: Final = (
    "SELECT sha256 FROM content WHERE encode(sha256(bytes), 'hex') <> sha256 ORDER BY sha256 LIMIT 1"
)
_FILES: Final = """
SELECT incident, sha256, encode(sha256(bytes), 'hex') = sha256, kept_at < clock_timestamp() - interval '1 hour'
FROM evidence ORDER BY incident, sha256
"""
_OF_KINDS: Final = """
SELECT leaf.position, leaf.tree, body.* FROM body JOIN leaf USING (entry)
WHERE body.kind = ANY(%s) ORDER BY leaf.tree, leaf.position
"""
_REPORTS: Final = """
SELECT entry, organization, kind, report, text, (
    SELECT array_agg(quarter ORDER BY quarter) FROM reported_quarter
    WHERE reported_quarter.entry = released_report.entry
    AND reported_quarter.organization = released_report.organization AND reported_quarter.kind = released_report.kind
) FROM released_report ORDER BY entry
"""
_KEYS: Final = (
    "SELECT organization, public_key, retired_at IS NULL FROM organization_key ORDER BY organization, seq"
)
_ERASED: Final = "SELECT decision, incident FROM erased ORDER BY decision"
_STILL_THERE: Final = """
SELECT entry FROM body JOIN leaf USING (entry)
WHERE entry = ANY(%s) AND leaf.tree = %s AND body.{} IS NOT NULL ORDER BY entry LIMIT 1
"""
_COSIGNED: Final = "SELECT witness, size, root, note FROM cosigned ORDER BY witness, size"
_SIZE: Final = "SELECT count(*) FROM leaf WHERE tree = 'installation'"


async def check_beside(
    connection: Connection, public_keys: Mapping[str, bytes], approvals: Sequence[Approval]
) -> None:
    """Raise Found at the first thing wrong; `approvals` to erase are those that stand in a tree."""
    for (content,) in await _rows(connection, _CONTENTS):
        raise _beside(load_texts().say("proof.beside.content", content=content))
    await _files(connection)
    await _reports(connection)
    await _keys(connection)
    await _erased(connection, {each.decision: each for each in approvals})
    await _cosigned(connection, public_keys)


async def _files(connection: Connection) -> None:
    """Files in evidence; one that was taken in within the hour may wait for its command."""
    files = await _rows(connection, _FILES)
    if not files:
        return
    named = {
        (entry.incident, entry.data.get("sha256"))
        async for entry in _entries(connection, Kind.EVIDENCE_RECEIVE)
    }
    for incident, hashed, is_sound, is_old in files:
        if not is_sound:
            raise _beside(load_texts().say("proof.beside.file", file=hashed, incident=incident), incident)
        if is_old and (incident, hashed) not in named:
            raise _beside(load_texts().say("proof.beside.no_entry", file=hashed, incident=incident), incident)


async def _reports(connection: Connection) -> None:
    reports = await _rows(connection, _REPORTS)
    decisions = (
        {entry.id: entry async for entry in _entries(connection, Kind.REPORT_RELEASE)} if reports else {}
    )
    for entry, organization, kind, report, text, quarters in reports:
        decision = decisions.get(entry)
        if decision is None or not _fits(decision, organization, kind, report, text):
            raise _beside(load_texts().say("proof.beside.report", entry=entry, organization=organization))
        if not quarters:
            raise _beside(load_texts().say("proof.beside.quarters", entry=entry, organization=organization))


def _fits(decision: Entry, organization: str, kind: str, report: object, text: str) -> bool:
    said = (
        decision.actor.organization,
        decision.data["what"],
        decision.data["sha256"],
        decision.data.get("report"),
    )
    return said == (organization, kind, digest(text), digest(canonical(report)))


async def _keys(connection: Connection) -> None:
    """Bodies are sealed for nobody but those whom an entry names, and for nobody after it was withdrawn."""
    keys = await _rows(connection, _KEYS)
    if not keys:
        return
    entrusted: set[tuple[str, str]] = set()
    last: dict[str, str | None] = {}
    async for entry in _entries(connection, Kind.KEY_ENTRUST, Kind.KEY_WITHDRAW):
        organization, key = str(entry.data["organization"]), entry.data.get("key")
        last[organization] = key
        if key is not None:
            entrusted.add((organization, key))
    for organization, public_key, is_used in keys:
        name = key_id(bytes(public_key))
        if (organization, name) not in entrusted or (is_used and last[organization] != name):
            raise _beside(load_texts().say("proof.beside.key", key=name, organization=organization))


async def _erased(connection: Connection, approvals: Mapping[str, Approval]) -> None:
    """What counts as erased was decided, and is gone."""
    for decision, tree in await _rows(connection, _ERASED):
        approval = approvals.get(decision)
        if approval is None or approval.tree != tree:
            raise _beside(load_texts().say("proof.beside.erasure", decision=decision, tree=tree), tree)
        for slot in approval.slots:
            for (entry,) in await _rows(
                connection, _STILL_THERE.format(slot), (list(approval.targets), tree)
            ):
                raise _beside(
                    load_texts().say("proof.beside.not_erased", slot=slot, entry=entry, decision=decision),
                    tree,
                )


async def _cosigned(connection: Connection, public_keys: Mapping[str, bytes]) -> None:
    """Our copies of what witnesses cosigned: signed by the log, and the newest of each still heads of it."""
    newest: dict[str, Checkpoint] = {}
    log = log_keys(public_keys)
    async with connection.cursor(name="cosigned") as cursor:
        await cursor.execute(_COSIGNED)
        async for witness, size, root, said in cursor:
            newest[witness] = _copy(witness, size, said, log)
            if (newest[witness].size, newest[witness].root) != (size, bytes(root)):
                raise _altered_copy(witness, size)
    [(leaves,)] = await _rows(connection, _SIZE)
    for witness, last in newest.items():
        if last.size > leaves or await subtree(connection, INSTALLATION, 0, last.size) != last.root:
            raise _beside(load_texts().say("proof.beside.cosigned", witness=witness, size=last.size))


def _copy(witness: str, size: int, said: str, log: tuple[NoteKey, ...]) -> Checkpoint:
    try:
        note = Note.read(said)
        checkpoint = Checkpoint.read(note.text)
    except Malformed:
        raise _altered_copy(witness, size) from None
    if not signed_by_log(note, log):
        raise _altered_copy(witness, size)
    return checkpoint


def _altered_copy(witness: str, size: int) -> Found:
    return _beside(load_texts().say("proof.beside.copy", witness=witness, size=size))


async def _entries(connection: Connection, *kinds: Kind) -> AsyncIterator[Entry]:
    """The entries of these kinds that stand in a tree, in order."""
    async with connection.cursor(name="of_kinds") as cursor:
        await cursor.execute(_OF_KINDS, ([f'"{kind}"' for kind in kinds],))
        async for row in cursor:
            yield placed_of(row, connection.vault)[1]


async def _rows(connection: Connection, query: str, given: tuple[object, ...] = ()) -> list[TupleRow]:
    return await (await connection.execute(query.encode(), given)).fetchall()


def _beside(sentence: str, tree: str = INSTALLATION) -> Found:
    return Found(Problem(kind=Damage.BESIDE, tree=tree, sentence=sentence))
