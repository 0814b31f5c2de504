"""The part of the composition for keys: what `muster keys` does on an installation."""

from pathlib import Path

from bot.composition.installation import Installation, utc_now
from bot.composition.keyrings import entry_keys, payload_keyring
from bot.key_entries import cry, key_entry
from integrations.postgres.database import connected, open_pool
from integrations.postgres.entrusting import (
    RECOVERY,
    entrust,
    entrusted,
    keys_in_use,
    recover,
    rewrap,
    seal_waiting,
    withdraw,
)
from integrations.postgres.keys import SigningKeys
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from playbooks.domain.errors import IncidentError, Malformed, NotFound
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.heads import key_id
from playbooks.domain.saying import saying
from playbooks.texts import load_texts


async def shown_keys(muster: Installation) -> list[str]:
    """A line for every key."""
    folder, vault = muster.settings.keys, entry_keys(muster.settings.keys)
    used = await keys_in_use(muster.pool)
    payloads = payload_keyring(folder).keys
    texts = load_texts()
    signing = {"file": folder / "record.key", "key": muster.keys.key_id}
    here = {"file": folder / "entries.json"}
    lines = [
        texts.say("keys.line.signing", count=len(muster.keys.public_keys), **signing),
        *(texts.say("keys.line.entries", key=name, count=used.get(name, 0), **here) for name in vault.ids),
        *(
            texts.say("keys.line.missing", key=name, count=count)
            for name, count in used.items()
            if name not in vault.ids
        ),
        texts.say("keys.line.payloads", file=folder / "payloads.json", names=", ".join(payloads)),
    ]
    for held in await entrusted(muster.pool):
        about = {"organization": held.organization, "key": key_id(held.public_key), "count": held.sealed}
        lines.append(texts.say(f"keys.line.sealed.{'used' if held.in_use else 'retired'}", **about))
    return lines


async def entrust_key(muster: Installation, organization: str, public: bytes) -> None:
    """Seal for an organization of the directory, or for recovery. Raises NotFound for another."""
    known = {str(each.code) for each in muster.directory.organizations} | {RECOVERY}
    if organization not in known:
        raise NotFound(saying("keys.no_organization", organization=organization))
    entry = key_entry(Kind.KEY_ENTRUST, utc_now(), organization=organization, key=key_id(public))
    await muster.record.append([entry])
    await entrust(muster.pool, organization, public)
    while await seal_waiting(muster.pool):
        pass


async def withdraw_key(muster: Installation, organization: str, reason: str) -> None:
    """Seal for it no more."""
    entry = key_entry(Kind.KEY_WITHDRAW, utc_now(), reason=reason, organization=organization)
    await muster.record.append([entry])
    await withdraw(muster.pool, organization)


async def rewrap_keys(muster: Installation) -> int:
    """Bring every entry under the newest key."""
    return await rewrap(muster.pool, entry_keys(muster.settings.keys))


async def recover_keys(muster: Installation, private: bytes, public: bytes, reason: str) -> int:
    """Bring entry keys back; first it is recorded and cried out. Raises Malformed for a key that is not entrusted."""
    if not any(k.organization == RECOVERY and k.public_key == public for k in await entrusted(muster.pool)):
        raise Malformed(saying("keys.not_recovery"), code="bad_key")
    entry = key_entry(Kind.KEY_BREAK, utc_now(), reason=reason, key=key_id(public))
    await muster.record.append([entry])
    cry(entry)
    return await recover(muster.pool, entry_keys(muster.settings.keys), private, public)


async def drilled(muster: Installation, folder: Path) -> list[str]:
    """What a backup of the keys folder cannot do; nothing when it can do everything."""
    texts = load_texts()
    missing = [
        name
        for name in ("record.key", "record.key.public", "entries.json", "payloads.json")
        if not (folder / name).exists()
    ]
    if missing:
        return [texts.say("keys.missing", file=name, folder=folder) for name in missing]
    try:
        keys, vault = SigningKeys.open(folder / "record.key"), Vault.at(folder / "entries.json")
        absent = set(payload_keyring(muster.settings.keys).keys) - set(payload_keyring(folder).keys)
        lost = {
            name: count for name, count in (await keys_in_use(muster.pool)).items() if name not in vault.ids
        }
        if lost:
            return [
                texts.say("keys.missing_entries", key=name, folder=folder, count=count)
                for name, count in lost.items()
            ]
        async with (
            open_pool(muster.settings.database_url, vault=vault) as pool,
            connected(pool) as connection,
        ):
            report = await verify_live(connection, keys.public_keys)
    except IncidentError as error:
        return [error.sentence]
    return [
        *([report.first_problem.sentence] if report.first_problem else []),
        *(texts.say("keys.missing_payloads", key=name, folder=folder) for name in sorted(absent)),
    ]
