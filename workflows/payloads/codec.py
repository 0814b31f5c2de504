"""Encrypting what goes through Temporal: AES-256-GCM, the key id and the encoding authenticated with it."""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from playbooks.domain.errors import Malformed
from workflows.activities.shelf import MARK, ReadPlaybook, Shelved, fill_shelf
from workflows.payloads.keyring import Keyring

ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12


class EncryptingCodec(PayloadCodec):
    """Encrypts each payload whole, its metadata included; refuses what comes back unmarked or altered."""

    def __init__(self, keyring: Keyring) -> None:
        super().__init__()
        self._keyring = keyring

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt with the current key."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt with the key that each payload names. Raises Malformed for anything not ours, whole and unaltered."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        key_id = self._keyring.current
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._keyring.key(key_id)).encrypt(nonce, payload.SerializeToString(), _bound(key_id))
        return Payload(metadata={"encoding": ENCODING, "key-id": key_id.encode()}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            raise Malformed("A payload came from Temporal unencrypted; it is refused.", code="payload_plain")
        key_id = payload.metadata["key-id"].decode("utf-8", "replace")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            opened = AESGCM(self._keyring.key(key_id)).decrypt(nonce, sealed, _bound(key_id))
        except (InvalidTag, ValueError):  # ValueError: what is left of a nonce when it was cut short
            raise Malformed(
                "A payload from Temporal was altered; it is refused.", code="payload_altered"
            ) from None
        return Payload.FromString(opened)


class ShelvingCodec(PayloadCodec):
    """Another codec; and what a decoded payload says is shelved stands on the shelf before anybody reads it."""

    def __init__(self, inner: PayloadCodec, structure: ReadPlaybook) -> None:
        super().__init__()
        self._inner = inner
        self._structure = structure

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As the other does."""
        return await self._inner.encode(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As the other does. Raises NotFound, Malformed or Unavailable for a playbook that cannot be read."""
        decoded = await self._inner.decode(payloads)
        for payload in decoded:
            if payload.data.startswith(MARK):
                await fill_shelf(Shelved.model_validate_json(payload.data), self._structure)
        return decoded


def _bound(key_id: str) -> bytes:
    return ENCODING + b"\x00" + key_id.encode()
