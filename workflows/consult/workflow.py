"""The workflow of one consultation."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.asking import is_meant, post
    from playbooks.actions.follow_ups import chased
    from playbooks.domain.actor import Actor, ActorKind
    from playbooks.domain.awaiting import held_by
    from playbooks.domain.consultation import Answer, Tally, tally
    from playbooks.domain.entry import Entry, entry_id
    from playbooks.domain.ids import OrganizationCode
    from playbooks.domain.kinds import Kind
    from playbooks.domain.situation import Situation
    from workflows import names
    from workflows.consult.board import Board
    from workflows.consult.messages import AnswersReceived, ConsultInput
    from workflows.incident.messages import ConsultationEnded
    from workflows.messages import Settled, WantedOf, agreed, waiting_for
    from workflows.outgoing import Outgoing
    from workflows.recording import ask_workflow, now, record, tell


_ON_ITS_WAY = timedelta(seconds=10)
"""For what was answered in time and is still carried here from the inbox."""


@workflow.defn
class ConsultWorkflow:
    """Waits for answers, reminds those who are missing, closes as soon as the outcome is certain, or at the deadline.

    The organizations were asked by the incident when it opened the question.
    """

    @workflow.init
    def __init__(self, input: ConsultInput) -> None:
        self._input = input
        self._question = input.question
        self._situation = input.situation
        self._answers: dict[str, Answer] = {answer.entry: answer for answer in input.answers}
        self._chased = [*input.chased, *([Kind.QUESTION_REMIND.value] if input.reminded else [])]
        self._outgoing = Outgoing()
        self._is_withdrawn = False
        self._board = Board(
            input.opened,
            self._question,
            self._outgoing,
            lambda: self._situation.incident,
            lambda: (self._tally(), len(self._answers)),
        )

    @workflow.run
    async def run(self, input: ConsultInput) -> Tally:
        """The tally when it closed."""
        keeping = asyncio.create_task(self._board.keep())
        while self._is_open() and now() < self._question.deadline_at + _ON_ITS_WAY:
            await self._wait()
            await self._chase()
        keeping.cancel()
        final = self._tally() if self._is_withdrawn else await self._close()
        await self._board.end()
        await self._outgoing.idle()
        return final

    @workflow.signal
    def answers_received(self, received: AnswersReceived) -> None:
        """Take answers; the same one again is nothing."""
        self._answers |= {answer.entry: answer for answer in received.answers}

    @workflow.signal
    def withdrawn(self) -> None:
        """Nobody waits for the outcome any more: the incident has closed it."""
        self._is_withdrawn = True

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed."""
        self._situation = self._situation.or_later(situation)

    @workflow.query
    def standing(self) -> Tally:
        """How the answers stand."""
        return self._tally()

    def _tally(self, *, expired: bool = False) -> Tally:
        return tally(self._question, tuple(self._answers.values()), expired=expired)

    def _is_open(self) -> bool:
        return not self._is_withdrawn and self._tally().outcome == "open"

    async def _wait(self) -> None:
        until = self._question.deadline_at + _ON_ITS_WAY
        until = min([until, *(at for _kind, at in self._chasing())])
        try:
            await workflow.wait_condition(
                lambda: not self._is_open(), timeout=max(until - workflow.now(), timedelta())
            )
        except TimeoutError:
            return

    def _chasing(self) -> list[tuple[Kind, datetime]]:
        """What is still to be done about those who are silent, and when."""
        asked = self._question
        moments = (
            (Kind.QUESTION_REMIND, asked.remind_at),
            (Kind.QUESTION_ESCALATE, asked.escalate_at),
            (Kind.QUESTION_REFER, asked.refer_at),
        )
        return [(kind, at) for kind, at in moments if at and kind.value not in self._chased]

    async def _chase(self) -> None:
        """Remind those who are missing, then wake their alternates, then tell the co-Chairs."""
        for kind, at in self._chasing():
            if at <= now() and self._is_open():
                missing = self._tally().missing
                entry = await record(self._entry(kind, missing=list(missing), **self._routes()))
                self._outgoing.ask(chased(entry, self._situation.incident))
                self._chased.append(kind.value)

    def _routes(self) -> dict[str, object]:
        """How those are called who are called otherwise than in their rooms."""
        routes = {code: route.value for code, route in self._question.routes.items()}
        return {"routes": routes} if routes else {}

    async def _close(self) -> Tally:
        final = self._tally(expired=True)
        entry = self._entry(
            Kind.QUESTION_CLOSE, outcome=final.outcome, counts=final.counts, missing=list(final.missing)
        )
        entry = await record(entry)
        final = Tally.model_validate(entry.data)
        await self._report(final)
        for code in self._told(entry):
            self._outgoing.ask(post(entry, self._situation.incident, code))
        return final

    def _told(self, entry: Entry) -> tuple[OrganizationCode, ...]:
        state = self._situation.incident
        present = dict.fromkeys((*state.active_parties, *self._question.asked))
        return tuple(code for code in present if is_meant(code, entry, state))

    async def _report(self, final: Tally) -> None:
        """Tell the incident, and the run that asked if one did."""
        ended = ConsultationEnded(consultation=self._question.id, outcome=final.outcome, counts=final.counts)
        incident = workflow.get_external_workflow_handle(names.incident_id(self._situation.key))
        try:
            await incident.signal("consultation_ended", ended)
        except ApplicationError:
            # The incident is closed. Its record holds the outcome; what was agreed to is done all the same.
            await self._have_done(final)
        origin = self._question.origin
        await tell(waiting_for(origin), Settled(origin=origin, status=final.outcome, counts=final.counts))

    async def _have_done(self, final: Tally) -> None:
        held = held_by(self._input.opened)
        if held is not None and final.outcome == "approved":
            wanted = agreed(self._situation.key, self._question.id, held)
            await ask_workflow(WantedOf(wanted=wanted), wanted.command.id)

    def _entry(self, kind: Kind, **data: object) -> Entry:
        opened, incident = self._input.opened, self._situation.incident
        return Entry(
            id=entry_id(f"{self._situation.key}/{self._question.id}/{kind}"),
            incident=opened.incident,
            kind=kind,
            at=now(),
            actor=Actor(id="timer", kind=ActorKind.TIMER, organization=opened.actor.organization),
            subject=f"consultation/{self._question.id}",
            data={"consultation": self._question.id, **data},
            marking=opened.marking,
            audience=incident.audience if incident.restricted else opened.audience,
        )
