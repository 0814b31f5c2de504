"""The record as people and auditors use it: verified, handed out, its heads and its wall."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate

from bot.composition.installation import Installation, utc_now
from bot.composition.keyrings import entry_keys
from bot.composition.witnesses import authority_roots
from bot.reading.exports import exported
from bot.settings import Settings
from bot.witness.file import read_witnesses
from integrations.postgres.export import export_bundle, latest_signed_head
from integrations.postgres.keys import load_public_keys
from integrations.postgres.migrate import migrate
from integrations.postgres.receipts import check_receipt
from integrations.postgres.verify import verify_live
from integrations.postgres.wall import holes
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.held import Held
from playbooks.domain.proof.receipt import Receipt
from playbooks.domain.proof.verification import Report
from playbooks.domain.release import Reader, release
from playbooks.domain.saying import Saying


async def wall_holes(muster: Installation) -> list[Saying]:
    """What would let a reader's connection past row-level security."""
    return await holes(muster.pool, muster.readers)


async def verify_record(
    muster: Installation,
    keys: Mapping[str, bytes] | None = None,
    held: Sequence[Held] = (),
    receipt: Receipt | None = None,
    stamp_roots: Sequence[Certificate] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify everything that is recorded, by our public keys or those given; `progress` is told done and all.

    `held` is what witnesses hold, `receipt` what we promised; both are compared with the record as it is. Time stamps
    are checked with the roots given, else with those of the witnesses file.
    """
    async with muster.pool.connection() as connection:
        report = await verify_live(
            connection,
            keys or muster.keys.public_keys,
            held=held,
            stamp_roots=stamp_roots or authority_roots(read_witnesses(muster.settings.witnesses)),
            progress=progress,
        )
        broken = await check_receipt(connection, receipt) if receipt and report.ok else None
    return report.model_copy(update={"first_problem": broken}) if broken else report


async def export_record(
    muster: Installation, key: IncidentKey, reader: Reader, write: Callable[[bytes], object]
) -> None:
    """Write an incident's bundle for one reader, of what is integrated; then that it was released is recorded.

    Raises NotFound for an incident that the reader may not know of. Nothing may be handed out before this returns.
    """
    await muster.views.case(reader, key)
    placed = await muster.reading.placed(reader, key)
    opened = partial(muster.reading.open, placed, snapshot=True)
    digest = sha256()
    async for line in export_bundle(opened, muster.keys, key, lambda entry: release(entry, placed)):
        digest.update(line)
        write(line)
    state = (await muster.cases.case(key)).state
    await muster.record.append([exported(state, reader, digest.hexdigest(), utc_now())])


async def record_head(muster: Installation) -> str | None:
    """The newest signed head, as a checkpoint that a witness knows; None before anything was recorded."""
    async with muster.pool.connection() as connection:
        signed = await latest_signed_head(connection)
    return None if signed is None else str(muster.keys.checkpoint(signed))


def trusted_keys(path: Path) -> dict[str, bytes]:
    """The public keys of a key file, by key id. Raises Malformed."""
    return load_public_keys(path)


async def migrate_database(settings: Settings) -> list[str]:
    """Bring the database to this version; the names of what was applied."""
    return await migrate(settings.database_url, entry_keys(settings.keys))
