"""Exporting one incident's record as a bundle, with only what its reader may see."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from psycopg.rows import TupleRow

from integrations.postgres.database import Connect, Connection
from integrations.postgres.keys import SigningKeys
from integrations.postgres.proofs import inclusion_path, subtree
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.bundle import (
    BundleEntry,
    BundleHead,
    BundleRoot,
    BundleSignature,
    EntryLine,
    LogInclusion,
    Opening,
    Stamped,
    Witnessed,
)
from playbooks.domain.proof.checkpoint import Checkpoint, log_origin
from playbooks.domain.proof.heads import Head, SignedHead
from playbooks.domain.proof.slots import HASH_BYTES, INSTALLATION, SLOTS, b64, disclosures, split, unseal
from playbooks.domain.saying import says

ReaderSlots = Callable[[Entry], frozenset[str]]
"""Which slots of an entry the reader may see; none at all withholds the entry as a whole."""

_NEWEST = "SELECT size, root, at, log_position FROM head WHERE tree = %s ORDER BY size DESC LIMIT 1"
_SIGNED = "SELECT size, root, at, previous, key_id, signature FROM signed_head ORDER BY size DESC LIMIT 1"
_COSIGNED = """
SELECT DISTINCT ON (witness) size, note FROM cosigned WHERE size <= %s ORDER BY witness, size DESC
"""
# The first stamp that holds as much of the incident as any of the authority's does.
_STAMPED = """
SELECT DISTINCT ON (authority) authority, stamp.size, response, held.size, root, at, log_position
FROM time_stamp AS stamp, LATERAL (
    SELECT size, root, at, log_position FROM head
    WHERE tree = %s AND log_position <= stamp.size ORDER BY size DESC LIMIT 1) AS held
WHERE stamp.size <= %s ORDER BY authority, held.size DESC, stamp.size
"""
_AT_ONCE = 500
_HEAD_WITHIN = """
SELECT size, root, at, log_position FROM head WHERE tree = %s AND log_position <= %s ORDER BY size DESC LIMIT 1
"""
_ROWS = """
SELECT leaf.position, leaf.hash, entry.commitments, body.*, head.root
FROM leaf LEFT JOIN entry ON entry.id = leaf.entry LEFT JOIN body ON body.entry = entry.id
LEFT JOIN head ON head.tree = leaf.tree AND head.size = leaf.position
WHERE leaf.tree = %s ORDER BY leaf.position
"""


async def export_bundle(
    connect: Connect, keys: SigningKeys, incident: IncidentKey, reader_slots: ReaderSlots
) -> AsyncIterator[bytes]:
    """Export what of an incident is integrated, for `playbooks.domain.proof.bundle_check.verify_bundle`, line by line.

    `connect` opens one transaction, of one moment. Entries that its role may not read are withheld as a whole.

    Raises NotFound when the incident has no integrated entry yet, Conflict when the signing key is not known.
    """
    async with connect() as connection:
        newest = await (await connection.execute(_NEWEST, (incident,))).fetchone()
        signed = await latest_signed_head(connection)
        if newest is None or signed is None:
            raise NotFound(says("nothing_recorded", incident=incident))
        size, root, at, position = newest
        path = await inclusion_path(connection, INSTALLATION, position, signed.head.size)
        opening = Opening(
            tree=incident,
            head=BundleHead.of(Head(tree=incident, size=size, root=root, at=at)),
            log=LogInclusion(position=position, path=tuple(path)),
            signature=_signature(signed, keys),
            witnessed=tuple([each async for each in _witnessed(connection, incident, signed.head.size)]),
            stamped=tuple([each async for each in _stamped(connection, keys, incident, signed.head.size)]),
        )
        for line in opening.lines():
            yield line
        async with connection.cursor(name="bundle", binary=True) as rows:
            rows.itersize = _AT_ONCE
            await rows.execute(_ROWS, (incident,))
            async for *row, head in rows:
                for line in _entry(row, incident, connection.vault, reader_slots).lines():
                    yield line
                if head is not None and row[0] < size:
                    for line in BundleRoot(size=row[0], root=bytes(head)).lines():
                        yield line


async def _witnessed(connection: Connection, incident: IncidentKey, size: int) -> AsyncIterator[Witnessed]:
    """What each witness cosigned last, with the incident's newest head in it; none where it holds nothing of it."""
    for checkpoint, note in await (await connection.execute(_COSIGNED, (size,))).fetchall():
        row = await (await connection.execute(_HEAD_WITHIN, (incident, checkpoint))).fetchone()
        if row is not None:
            head = Head(tree=incident, size=row[0], root=row[1], at=row[2])
            path = await inclusion_path(connection, INSTALLATION, row[3], checkpoint)
            log = LogInclusion(position=row[3], path=tuple(path))
            yield Witnessed(checkpoint=note, head=BundleHead.of(head), log=log)


async def _stamped(
    connection: Connection, keys: SigningKeys, incident: IncidentKey, size: int
) -> AsyncIterator[Stamped]:
    """The stamp of each authority that holds the most of the incident, the first such."""
    rows = await (await connection.execute(_STAMPED, (incident, size))).fetchall()
    for authority, leaves, response, entries, of, at, position in rows:
        text = Checkpoint(
            log_origin(keys.public_keys), leaves, await subtree(connection, INSTALLATION, 0, leaves)
        ).text
        head = Head(tree=incident, size=entries, root=of, at=at)
        path = await inclusion_path(connection, INSTALLATION, position, leaves)
        log = LogInclusion(position=position, path=tuple(path))
        yield Stamped(
            authority=authority, response=bytes(response), checkpoint=text, head=BundleHead.of(head), log=log
        )


async def latest_signed_head(connection: Connection) -> SignedHead | None:
    """The newest head of the installation's log, to be kept elsewhere; None before the first."""
    row = await (await connection.execute(_SIGNED)).fetchone()
    return None if row is None else signed_head(row)


def signed_head(row: TupleRow) -> SignedHead:
    """A row of `signed_head`."""
    size, root, at, previous, key_id, signature = row
    head = Head(tree=INSTALLATION, size=size, root=root, at=at)
    return SignedHead(head=head, previous=previous, key_id=key_id, signature=signature)


def _signature(signed: SignedHead, keys: SigningKeys) -> BundleSignature:
    key = keys.public_keys.get(signed.key_id)
    if key is None:
        raise Conflict(says("key_missing", key=signed.key_id))
    return BundleSignature(
        head=BundleHead.of(signed.head),
        previous=signed.previous,
        key_id=signed.key_id,
        signature=signed.signature,
        public_key=key,
    )


def _entry(row: Sequence[Any], tree: str, vault: Vault, reader_slots: ReaderSlots) -> BundleEntry:
    position, leaf, commitments, name, salts, *stored, key = row
    place = {"position": position, "leaf": b64(leaf)}
    if name is None:
        return BundleEntry(EntryLine.model_validate(place))
    texts = dict(zip(SLOTS, vault.open(name, stored, salts, key), strict=True))
    values = {slot: json.loads(text) for slot, text in texts.items() if text is not None}
    visible = reader_slots(unseal(name, tree, values))
    if not visible:
        return BundleEntry(EntryLine.model_validate(place))
    shown = dict(zip(SLOTS, disclosures(salts, texts.values()), strict=True))
    committed = zip(SLOTS, split(bytes(commitments), HASH_BYTES), strict=True)
    said = EntryLine(
        **place,
        entry=name,
        withheld={slot: b64(each) for slot, each in committed if slot not in visible or slot not in values},
        erased=tuple(slot for slot in SLOTS if slot in visible and slot not in values),
    )
    return BundleEntry(said, [each for slot, each in shown.items() if each is not None and slot in visible])
