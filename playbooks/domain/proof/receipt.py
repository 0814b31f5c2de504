"""A receipt: the installation's signed promise that what was decided on a command stands in its record.

Its idea is the signed certificate timestamp of RFC 6962, section 3: whoever gave the command can hold it against us
when the record does not have what was promised. It tells ids and hashes, and no content.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from playbooks.domain.command import Outcome
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import CommandId
from playbooks.domain.proof.notes import Sign
from playbooks.domain.proof.slots import b64, unb64
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.domain.saying import saying
from playbooks.texts import load_texts

PREFIX = "muster-receipt.1"


class Receipt(BaseModel):
    """What is promised: the leaves of the entries in which a verdict stands."""

    model_config = ConfigDict(frozen=True)

    key: str
    """The id of the key that signs."""
    at: int
    """When it was promised: milliseconds since 1970."""
    outcome: Outcome
    command: CommandId
    promised: tuple[tuple[str, bytes], ...]
    """Tree and leaf hash of each entry."""

    @property
    def _said(self) -> str:
        leaves = ",".join(f"{tree}={b64(leaf)}" for tree, leaf in self.promised)
        return f"{PREFIX}.{self.key}.{self.at}.{self.outcome}.{b64(self.command.encode())}.{leaves}"

    def signed(self, with_key: Sign) -> str:
        """As it is handed out: one word, without spaces. What is signed is everything before the last point."""
        return f"{self._said}.{b64(with_key(self._said.encode()))}"


def read_receipt(text: str, keys: Mapping[str, bytes]) -> Receipt:
    """Read a receipt that one of these public keys, by key id, signed. Raises Malformed."""
    said, _, signature = text.strip().rpartition(".")
    receipt = _read(said)
    key = keys.get(receipt.key)
    if key is None:
        raise Malformed(saying("proof.receipt.unknown_key", key=receipt.key), code="unknown_key")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(unb64(signature), said.encode())
    except (InvalidSignature, ValueError, Malformed):
        raise Malformed(saying("proof.receipt.altered"), code="bad_receipt") from None
    return receipt


def _read(said: str) -> Receipt:
    parts = said.removeprefix(f"{PREFIX}.").split(".")
    try:
        key, at, outcome, command, leaves = parts
        trees = [each.rpartition("=") for each in leaves.split(",")]
        return Receipt(
            key=key,
            at=int(at),
            outcome=Outcome(outcome),
            command=CommandId(unb64(command).decode()),
            promised=tuple((tree, unb64(leaf)) for tree, _, leaf in trees),
        )
    except (ValueError, Malformed):
        raise Malformed(saying("proof.receipt.none"), code="bad_receipt") from None


def broken_promise(receipt: Receipt, tree: str) -> Problem:
    """The problem, in a sentence."""
    at = datetime.fromtimestamp(receipt.at / 1000, UTC)
    sentence = load_texts().say(
        "proof.receipt.broken",
        at=f"{at:%Y-%m-%d %H:%M:%S} UTC",
        command=receipt.command,
        outcome=load_texts().say(f"proof.receipt.outcome.{receipt.outcome}"),
        tree=tree,
    )
    return Problem(kind=Damage.BROKEN_PROMISE, tree=tree, sentence=sentence)
