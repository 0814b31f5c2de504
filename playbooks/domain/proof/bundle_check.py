"""Verifying a bundle with nothing but the file and, if one has them, the public keys one trusts.

In one pass and bounded memory; only to name what is wrong it is gone through again.
"""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import ValidationError

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.bundle import Opening, read_opening
from playbooks.domain.proof.bundle_walk import BundleWalk
from playbooks.domain.proof.cosigned import NO_WITNESSES, CosignedCheck, Witnesses
from playbooks.domain.proof.heads import Head, SignedHead, key_id
from playbooks.domain.proof.merkle import verify_inclusion
from playbooks.domain.proof.receipt import Receipt, broken_promise
from playbooks.domain.proof.stamped import StampedCheck
from playbooks.domain.proof.verification import Damage, Problem, Report
from playbooks.texts import load_texts


def verify_bundle(
    chunks: Iterable[bytes],
    trusted_keys: Mapping[str, bytes] | None = None,
    *,
    witnesses: Witnesses = NO_WITNESSES,
    receipt: Receipt | None = None,
) -> Report:
    """Verify a bundle offline; `trusted_keys` are raw Ed25519 public keys by key id.

    `chunks` are pieces of the file in order, and can be gone through more than once. Names the first altered, removed,
    inserted, swapped or truncated entry. Without trusted keys the bundle's own is taken, and the report says what that
    is worth. Never raises for a bad bundle.
    """
    try:
        opening = read_opening(chunks)
        return _Check(chunks, opening, trusted_keys, witnesses, receipt).report()
    except (ValueError, RecursionError, Malformed) as error:
        return Report(entries=0, trees=0, first_problem=_no_bundle(error))


def _no_bundle(error: Exception, after: int = 0) -> Problem:
    code, fault = ("damaged_after" if after else "damaged"), _first_line(error)
    sentence = load_texts().say(f"proof.bundle.{code}", after=after, fault=fault)
    return Problem(kind=Damage.MALFORMED, sentence=sentence)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return str(getattr(error, "sentence", error)).splitlines()[0].rstrip(".")


class _Check:
    """The checks of one bundle, from the key that signed down to each entry."""

    def __init__(
        self,
        chunks: Iterable[bytes],
        opening: Opening,
        trusted: Mapping[str, bytes] | None,
        witnesses: Witnesses,
        receipt: Receipt | None,
    ) -> None:
        self.opening = opening
        self.trusted = trusted
        self.receipt = receipt
        self.head: Head = opening.head.head(opening.tree)
        self.signed: SignedHead = opening.signature.signed()
        self.walk = BundleWalk(chunks, opening, {leaf for _, leaf in receipt.promised} if receipt else ())
        self.cosigned = CosignedCheck(opening, self.walk.roots, trusted, witnesses)
        self.stamped = StampedCheck(opening, self.walk.roots, trusted, witnesses.stamp_roots)

    def report(self) -> Report:
        """Run the checks up to the first problem."""
        try:
            first = next(self._problems(), None)
        except (ValueError, RecursionError, Malformed) as error:
            first = _no_bundle(error, self.walk.entries)
        good = self.walk.entries if first is None else (first.position or 1) - 1
        return Report(
            entries=min(good, self.walk.entries),
            trees=1,
            withheld=self.walk.withheld,
            erased=self.walk.erased,
            stamped=tuple(self.stamped.told),
            first_problem=first,
            not_protected=tuple(self._not_protected()),
        )

    def _problems(self) -> Iterator[Problem]:
        yield from self._key()
        yield from self._log()
        yield from self.walk.problems()
        yield from self.cosigned.problems()
        yield from self.stamped.problems()
        yield from self._promise()

    def _promise(self) -> Iterator[Problem]:
        """What a receipt promised of this incident."""
        if self.receipt is not None:
            for tree, leaf in self.receipt.promised:
                if tree == self.opening.tree and leaf not in self.walk.met:
                    yield broken_promise(self.receipt, tree)

    def _key(self) -> Iterator[Problem]:
        signature = self.opening.signature
        if not self.signed.signed_by({key_id(signature.public_key): signature.public_key}):
            sentence = load_texts().say("proof.bundle.bad_signature", size=signature.head.size)
            yield Problem(kind=Damage.HEAD_NOT_SIGNED, sentence=sentence)
        elif self.trusted is not None and self.trusted.get(signature.key_id) != signature.public_key:
            sentence = load_texts().say("proof.bundle.unknown_key", key=signature.key_id)
            yield Problem(kind=Damage.UNKNOWN_KEY, sentence=sentence)

    def _log(self) -> Iterator[Problem]:
        log, signed = self.opening.log, self.signed.head
        if not verify_inclusion(self.head.leaf, log.position - 1, signed.size, log.path, signed.root):
            about = {"tree": self.head.tree, "size": self.head.size, "position": log.position}
            sentence = load_texts().say("proof.bundle.not_leaf", **about)
            yield Problem(kind=Damage.HEAD_NOT_IN_LOG, tree=self.head.tree, sentence=sentence)

    def _not_protected(self) -> Iterator[str]:
        signature = self.opening.signature
        if self.trusted is None:
            yield load_texts().say("proof.bundle.own_key", key=signature.key_id)
        yield load_texts().say("proof.bundle.after", at=self.opening.head.at, position=self.head.size)
        yield load_texts().say("proof.bundle.withheld")
        yield from self.cosigned.not_protected()
        yield from self.stamped.not_protected()
        if self.receipt and not any(tree == self.opening.tree for tree, _ in self.receipt.promised):
            yield load_texts().say("proof.bundle.other_receipt")
        yield load_texts().say("proof.never_recorded")
