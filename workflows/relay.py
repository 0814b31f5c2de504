"""Carrying letters from the inbox to workflows, as batched signals."""

from collections import defaultdict

from playbooks.domain.consultation import Answer
from playbooks.ports.inbox import Inbox
from workflows.client import Judges
from workflows.consult.messages import AnswersReceived


class InboxRelay:
    """One signal for each workflow and batch, so that a thousand answers are a handful of signals."""

    def __init__(self, inbox: Inbox, judges: Judges) -> None:
        self._inbox = inbox
        self._judges = judges

    async def carry(self, limit: int = 500) -> int:
        """Carry one batch and return how many letters it held. A workflow that has ended needs none: what was
        answered late stands in the record.
        """
        async with self._inbox.batch(limit) as letters:
            answers: dict[str, list[Answer]] = defaultdict(list)
            for letter in letters:
                answers[letter.recipient].append(Answer.model_validate(letter.body))
            for recipient, received in answers.items():
                await self._judges.signal(
                    recipient, "answers_received", AnswersReceived(answers=tuple(received))
                )
            return len(letters)
