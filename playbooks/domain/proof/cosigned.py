"""What of a bundle stands under heads that witnesses cosigned, and whether the witnesses hold them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.x509 import Certificate

from playbooks.domain.proof.anchored import departure
from playbooks.domain.proof.bundle import Opening, Witnessed
from playbooks.domain.proof.checkpoint import Checkpoint, log_keys, log_origin, signed_by_log
from playbooks.domain.proof.heads import key_id
from playbooks.domain.proof.held import Held
from playbooks.domain.proof.notes import Note, NoteKey
from playbooks.domain.proof.verification import Damage, Problem
from playbooks.texts import load_texts


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What the reader got from witnesses, by another way than the bundle."""

    held: tuple[Held, ...] = ()
    """Heads that they hold."""
    keys: tuple[NoteKey, ...] = ()
    """Their public keys, to check cosignatures offline."""
    stamp_roots: tuple[Certificate, ...] = ()
    """What certificates of time stamping authorities must lie below, to check their stamps."""

    @property
    def asked(self) -> bool:
        """Whether there are heads or cosignatures to compare with."""
        return bool(self.held or self.keys)


NO_WITNESSES = Witnesses()


@dataclass(frozen=True, slots=True)
class _Cosigned:
    """One cosigned head of the bundle, read."""

    given: Witnessed
    note: Note
    checkpoint: Checkpoint


class CosignedCheck:
    """The cosigned heads of one bundle, after its leaves were found good; `roots` are its roots by size."""

    def __init__(
        self,
        bundle: Opening,
        roots: Mapping[int, bytes],
        trusted: Mapping[str, bytes] | None,
        witnesses: Witnesses,
    ) -> None:
        self._bundle = bundle
        self._roots = roots
        self._trusted = trusted
        self._witnesses = witnesses

    def problems(self) -> Iterator[Problem]:
        """The first thing wrong, in order."""
        for each in self._cosigned:
            yield from self._sound(each)
        for each in self._cosigned:
            for held in self._witnesses.held:
                if held.size == each.checkpoint.size and held.root != each.checkpoint.root:
                    yield self._problem(
                        Damage.REWRITTEN,
                        each,
                        "proof.witnessed.other",
                        witness=held.witness,
                    )
        if self._witnesses.asked and not any(map(self._is_vouched_for, self._cosigned)):
            yield Problem(
                kind=Damage.NOT_WITNESSED,
                tree=self._bundle.tree,
                sentence=load_texts().say("proof.witnessed.none"),
            )

    def not_protected(self) -> Iterator[str]:
        """Up to where witnesses vouch for it, as far as the reader can tell."""
        vouched = [each for each in self._cosigned if self._is_vouched_for(each)]
        last = max((each.given.head.size for each in vouched), default=0)
        if not self._cosigned:
            yield load_texts().say("proof.rolled_back")
        elif not self._witnesses.asked:
            names = ", ".join(sorted({name for each in self._cosigned for name in self._names(each)}))
            yield load_texts().say("proof.witnessed.unasked", names=names)
        elif last < self._bundle.head.size:
            yield load_texts().say("proof.witnessed.after", first=last + 1, last=self._bundle.head.size)

    @cached_property
    def _cosigned(self) -> list[_Cosigned]:
        read = [(each, Note.read(each.checkpoint)) for each in self._bundle.witnessed]
        return [_Cosigned(given, note, Checkpoint.read(note.text)) for given, note in read]

    def _sound(self, each: _Cosigned) -> Iterator[Problem]:
        """Signed by the log, and holding these entries."""
        if not signed_by_log(each.note, self._log(each.checkpoint)):
            yield self._problem(Damage.HEAD_NOT_SIGNED, each, "proof.witnessed.unsigned")
        elif departs := departure(each.given, each.checkpoint, self._bundle.tree, self._roots):
            yield self._problem(
                departs.kind, each, f"proof.witnessed.{departs.code}", entries=departs.entries
            )

    def _log(self, checkpoint: Checkpoint) -> tuple[NoteKey, ...]:
        signature = self._bundle.signature
        if self._trusted is None:
            return log_keys({signature.key_id: signature.public_key}, checkpoint.origin)
        return log_keys(self._trusted) if checkpoint.origin == log_origin(self._trusted) else ()

    def _is_vouched_for(self, each: _Cosigned) -> bool:
        here = (each.checkpoint.size, each.checkpoint.root)
        return here in {(held.size, held.root) for held in self._witnesses.held} or any(
            each.note.cosigned_at(key) is not None for key in self._witnesses.keys
        )

    def _names(self, each: _Cosigned) -> Iterator[str]:
        return (line.name for line in each.note.signatures if line.name != each.checkpoint.origin)

    def _problem(self, kind: Damage, each: _Cosigned, code: str, **about: object) -> Problem:
        sentence = load_texts().say(code, size=each.checkpoint.size, **about)
        return Problem(kind=kind, tree=self._bundle.tree, position=each.given.head.size, sentence=sentence)


def bundle_keys(opening: Opening) -> dict[str, bytes]:
    """The public key that a bundle brings along, by its id; worth what the bundle is worth."""
    public_key = opening.signature.public_key
    return {key_id(public_key): public_key}


def origin_of(opening: Opening) -> str:
    """The name of the log that a bundle says it is from; where no witness cosigned anything of it, none that exists."""
    witnessed = opening.witnessed
    return Checkpoint.read(Note.read(witnessed[0].checkpoint).text).origin if witnessed else "that signed it"
