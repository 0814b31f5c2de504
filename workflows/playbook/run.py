"""What carrying out a run needs to know: the same for every kind of step."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.next_step import ActionDue, Due, is_undo
    from playbooks.domain.actor import ActorKind
    from playbooks.domain.command import Command
    from playbooks.domain.ids import CommandId, RunId
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.activities.recording import WordsFrom
    from workflows.messages import Settled
    from workflows.playbook.messages import RunInput
    from workflows.playbook.run_entries import RunEntries
    from workflows.recording import now


class Run:
    """One run at work: where it stands among the others, and what it was told."""

    def __init__(self, input: RunInput) -> None:
        self.id: RunId = input.run
        self.content = input.content
        self.situation: Situation = input.situation
        """The incident around it, as last told."""
        self.asked_by = input.started.actor.id if input.started.actor.kind is ActorKind.PERSON else None
        """The person who had it run: she approves none of it."""
        self.entries = RunEntries(input.run, input.started)
        self.settled = {_occasion(settled): settled for settled in input.settled}
        """What came to its end elsewhere, by occasion."""

    def take(self, settled: Settled) -> None:
        """Something that a step asked for came to its end; the first answer stands."""
        self.settled.setdefault(_occasion(settled), settled)

    async def settlement(self, occasion: str) -> Settled:
        """Wait until what was put to somebody has ended."""
        await workflow.wait_condition(lambda: occasion in self.settled)
        return self.settled[occasion]

    def command(self, verb: str, occasion: str, args: dict[str, object]) -> Command:
        """What the run asks of a part or of the incident; its origin says who waits, and for what."""
        key = self.situation.key
        waits = f"{names.run_id(key, self.id)}|{occasion}"
        return Command(
            id=CommandId(f"{key}/{self.id}/{occasion}"),
            verb=verb,
            actor=self.entries.actor,
            incident=key,
            args={**{name: value for name, value in args.items() if value is not None}, "origin": waits},
            received_at=now(),
        )

    def words(self, due: Due, commands: tuple[int, ...] = ()) -> WordsFrom:
        """Where the words of a step stand, and the values that they are filled with."""
        return WordsFrom(
            content=self.content,
            step=due.step_id,
            commands=commands,
            is_undo=is_undo(due.key),
            values=due.in_args if isinstance(due, ActionDue) else {},
        )


def _occasion(settled: Settled) -> str:
    """What of a run came to its end."""
    return settled.origin.partition("|")[2]
