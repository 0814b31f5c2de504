"""Who is who on Matrix, said by signatures: an account's own keys sign its devices.

Matrix client-server API, "Cross-signing": a master key says who the account is, a self-signing key that it signs says
which devices are its own, a user-signing key says whom it knows. matrix-nio has none of it, so the little that Muster
needs is written here after the specification. Pure: nothing here asks anybody.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nio import Api

from integrations.matrix.render import Json

_UNSIGNED: Final = frozenset({"signatures", "unsigned"})
"""What a signature does not cover (appendix "Signing JSON")."""


class Identity:
    """An account's own keys, made from a secret: whoever has the secret has them again on any machine."""

    def __init__(self, account: str, secret: str) -> None:
        self.account = account
        self._keys = _keys(account, secret)
        self._master, self._self_signing = self._keys["master"], self._keys["self_signing"]

    @property
    def master(self) -> str:
        """The public master key, which names the account's identity."""
        return _public(self._master)

    def announcement(self) -> Json:
        """The body of `POST /keys/device_signing/upload`: three public keys, two of them signed by the master key."""
        return {f"{usage}_key": self._announced(usage, key) for usage, key in self._keys.items()}

    def signature_of(self, device: Mapping[str, Any]) -> Json:
        """The device's keys, signed as the account's own; for `POST /keys/signatures/upload`."""
        return signed(bare(device), self.account, self._self_signing)

    def _announced(self, usage: str, key: Ed25519PrivateKey) -> Json:
        public = _public(key)
        said: Json = {"user_id": self.account, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        return said if usage == "master" else signed(said, self.account, self._master)


def device_is_signed(answer: Mapping[str, Any], account: str, device: str) -> bool:
    """Tell by an answer of `POST /keys/query` whether the account's own keys sign this device.

    False too for whatever is not shaped as the specification says.
    """
    try:
        master = answer["master_keys"][account]
        self_signing = answer["self_signing_keys"][account]
        keys = answer["device_keys"][account][device]
        return (
            keys["user_id"] == account
            and keys["device_id"] == device
            and _signs(_only_key(master), self_signing, account)
            and _signs(_only_key(self_signing), keys, account)
        )
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        return False


def master_of(answer: Mapping[str, Any], account: str) -> str | None:
    """The account's public master key by an answer of `POST /keys/query`; None without one."""
    try:
        return _only_key(answer["master_keys"][account])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def bare(said: Mapping[str, Any]) -> Json:
    """What a signature covers."""
    return {name: value for name, value in said.items() if name not in _UNSIGNED}


def signed(said: Json, account: str, key: Ed25519PrivateKey) -> Json:
    """The same with this key's signature (appendix "Signing JSON")."""
    signature = _encoded(key.sign(_canonical(said)))
    return {**said, "signatures": {account: {f"ed25519:{_public(key)}": signature}}}


def _signs(key: str, said: Mapping[str, Any], account: str) -> bool:
    signature = _decoded(said["signatures"][account][f"ed25519:{key}"])
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key)).verify(signature, _canonical(bare(said)))
    except InvalidSignature:
        return False
    return True


def _only_key(said: Mapping[str, Any]) -> str:
    (key,) = said["keys"].values()
    return str(key)


def _keys(account: str, secret: str) -> dict[str, Ed25519PrivateKey]:
    """Scrypt, since the public halves are shown to everybody and the secret may be words of people."""
    derived = Scrypt(salt=f"muster cross-signing {account}".encode(), length=96, n=2**15, r=8, p=1)
    seeds = derived.derive(secret.encode())
    usages = enumerate(("master", "self_signing", "user_signing"))
    return {usage: Ed25519PrivateKey.from_private_bytes(seeds[32 * n : 32 * (n + 1)]) for n, usage in usages}


def _public(key: Ed25519PrivateKey) -> str:
    return _encoded(key.public_key().public_bytes_raw())


def _canonical(said: Json) -> bytes:
    canonical: str = Api.to_canonical_json(said)
    return canonical.encode()


def _encoded(data: bytes) -> str:
    """Base64 without padding, as everywhere in Matrix."""
    return base64.b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
