"""Carrying letters from the inbox to consultations, as batched signals."""

from collections import defaultdict

from playbooks.domain.consultation import Answer
from playbooks.ports.inbox import Inbox
from workflows.consult.messages import AnswersReceived
from workflows.starting import RecordStarts


class InboxRelay:
    """One signal for each consultation and batch, so that a thousand answers are a handful of signals."""

    def __init__(self, inbox: Inbox, starts: RecordStarts) -> None:
        self._inbox = inbox
        self._starts = starts

    async def carry(self, limit: int = 500) -> int:
        """Carry one batch and return how many letters it held. Raises Unavailable; then they come again."""
        async with self._inbox.batch(limit) as letters:
            answers: dict[str, list[Answer]] = defaultdict(list)
            for letter in letters:
                answers[letter.recipient].append(Answer.model_validate(letter.body))
            for recipient, received in answers.items():
                await self._starts.answer(recipient, AnswersReceived(answers=tuple(received)))
            return len(letters)
