"""What of a bundle stands under heads that time stamping authorities stamped, and whether their stamps are good."""

from collections.abc import Iterator, Mapping, Sequence

from cryptography.x509 import Certificate

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.anchored import departure
from playbooks.domain.proof.bundle import Opening, Stamped
from playbooks.domain.proof.checkpoint import Checkpoint, log_origin
from playbooks.domain.proof.time_stamp import stamped_at
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.texts import load_texts


class StampedCheck:
    """The stamped heads of one bundle, after its leaves were found good; `roots` are its roots by size.

    A stamp is checked with `authorities`, certificates that one of them must lie below; without any it is only said
    that there is one.
    """

    def __init__(
        self,
        bundle: Opening,
        roots: Mapping[int, bytes],
        trusted: Mapping[str, bytes] | None,
        authorities: Sequence[Certificate],
    ) -> None:
        self._bundle = bundle
        self._roots = roots
        self._trusted = trusted
        self._authorities = authorities
        self.told: list[str] = []
        """Of each stamp that was found good: of which entries, and when."""

    def problems(self) -> Iterator[Problem]:
        """The first thing wrong, in order."""
        for each in self._bundle.stamped:
            checkpoint = Checkpoint.read(each.checkpoint)
            if self._trusted is not None and checkpoint.origin != log_origin(self._trusted):
                yield self._problem(Damage.NOT_STAMPED, each, "other_log")
            elif departs := departure(each, checkpoint, self._bundle.tree, self._roots):
                yield self._problem(departs.kind, each, departs.code, entries=departs.entries)
            else:
                yield from self._stamp(each, checkpoint)

    def not_protected(self) -> Iterator[str]:
        """What nobody could check."""
        if self._bundle.stamped and not self._authorities:
            names = ", ".join(sorted(each.authority for each in self._bundle.stamped))
            yield load_texts().say("proof.stamped.unasked", names=names)

    def _stamp(self, each: Stamped, checkpoint: Checkpoint) -> Iterator[Problem]:
        if not self._authorities:
            return
        try:
            at = stamped_at(each.response, each.checkpoint.encode(), self._authorities)
        except Malformed as error:
            yield self._problem(Damage.NOT_STAMPED, each, "other", said=error.sentence)
        else:
            about = {"authority": each.authority, "size": checkpoint.size, "last": each.head.size}
            self.told.append(
                load_texts().say("proof.stamped.good", at=f"{at:%Y-%m-%d %H:%M:%S} UTC", **about)
            )

    def _problem(self, kind: Damage, each: Stamped, code: str, **about: object) -> Problem:
        sentence = load_texts().say(f"proof.stamped.{code}", authority=each.authority, **about)
        return Problem(kind=kind, tree=self._bundle.tree, position=each.head.size, sentence=sentence)
