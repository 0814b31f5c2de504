"""Shows the log's newest head to every witness, at a set pace and when an incident was closed."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.witness.pacing import Pacing
from playbooks.domain.errors import IncidentError
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.notes import Note, NoteKey
from playbooks.domain.proof.witnessing import Ruling, Submission
from playbooks.ports.witness import Answer, Witness, WitnessedHeads

_ATTEMPTS = 2
"""One with the size that we remember, one with the size that the witness names."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownWitness:
    """A witness, its key, and the way there."""

    key: NoteKey
    way: Witness


class Publisher:
    """The runner `witness`."""

    def __init__(
        self,
        heads: WitnessedHeads,
        witnesses: Mapping[str, KnownWitness],
        checkpoint: Callable[[SignedHead], Note],
        pacing: Pacing,
    ) -> None:
        self._heads = heads
        self._witnesses = witnesses
        self._checkpoint = checkpoint
        self._pacing = pacing

    async def step(self) -> int:
        """Show the newest head to whom it is due; always 0, since nothing is left until the next waking."""
        newest = await self._heads.newest()
        if newest is not None:
            for name, witness in self._witnesses.items():
                if await self._pacing.is_due(name, newest.head.size, self._heads.last):
                    await self._show(name, witness, newest)
        return 0

    async def _show(self, name: str, witness: KnownWitness, newest: SignedHead) -> None:
        try:
            answer = await self._answer(witness, newest, await self._heads.last(name))
            await self._take(name, witness, answer)
        except IncidentError as error:
            _log.warning("witness %s: %s", name, error.sentence)

    async def _answer(self, witness: KnownWitness, newest: SignedHead, old: int) -> Answer:
        note, size = self._checkpoint(newest), newest.head.size
        answer = Answer(Ruling.OTHER_SIZE, stands=old)
        for _ in range(_ATTEMPTS):
            path = await self._heads.path(answer.stands, size)
            answer = await witness.way.submit(Submission(answer.stands, path, note))
            if answer.ruling is not Ruling.OTHER_SIZE:
                return answer
            if answer.stands > size:
                sentence = (
                    f"It cosigned {answer.stands} leaves, and the log has {size}: the record was set back."
                )
                return Answer(Ruling.FORK, sentence=sentence)
        return answer

    async def _take(self, name: str, witness: KnownWitness, answer: Answer) -> None:
        if answer.cosigned is not None and answer.cosigned.cosigned_at(witness.key) is not None:
            await self._heads.keep(name, answer.cosigned)
        elif answer.cosigned is not None:
            await self._heads.refused(name, "What it answered is not signed with its key.")
        if answer.ruling is not Ruling.COSIGNED:
            sentence = answer.sentence or f"It ruled: {answer.ruling}."
            _log.error("witness %s refused: %s", name, sentence)
            await self._heads.refused(name, sentence)
