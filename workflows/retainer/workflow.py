"""The clocks of one call on the vendor on retainer: told before they run out, recorded and paged when they have."""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.follow_ups import follow_ups
    from playbooks.domain.actor import Actor, ActorKind
    from playbooks.domain.circle.retainer import Call, Moment, moments
    from playbooks.domain.entry import Entry, entry_id
    from playbooks.domain.kinds import Kind
    from playbooks.domain.situation import Situation
    from workflows.outgoing import Outgoing
    from workflows.recording import now, record
    from workflows.retainer.messages import RetainerInput


@workflow.defn
class RetainerWorkflow:
    """Waits for the vendor as long as it owes something; what people confirm it learns from the situation."""

    @workflow.init
    def __init__(self, input: RetainerInput) -> None:
        self._input = input
        self._situation = input.situation
        self._told = list(input.told)
        self._outgoing = Outgoing()

    @workflow.run
    async def run(self, input: RetainerInput) -> None:
        """Until every clock was met or has run out, the call is closed, or the incident is."""
        while (moment := self._next()) is not None:
            if moment.at <= now():
                await self._tell(moment)
            else:
                await self._wait(moment.at)
        await self._outgoing.idle()

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident around it changed: the vendor may have come."""
        self._situation = self._situation.or_later(situation)

    @workflow.query
    def told(self) -> tuple[str, ...]:
        """What was told of the clocks."""
        return tuple(self._told)

    @property
    def _call(self) -> Call:
        calls = self._situation.incident.calls
        return calls.get(self._input.call) or self._input.situation.incident.calls[self._input.call]

    def _next(self) -> Moment | None:
        call = self._call
        if not (call.is_open and self._situation.is_open):
            return None
        return next(iter(moments(call, self._told)), None)

    async def _wait(self, until: datetime) -> None:
        seen = self._situation
        try:
            await workflow.wait_condition(
                lambda: self._situation is not seen, timeout=max(until - workflow.now(), timedelta())
            )
        except TimeoutError:
            return

    async def _tell(self, moment: Moment) -> None:
        called, state = self._input.called, self._situation.incident
        entry = Entry(
            id=entry_id(f"{state.key}/{self._input.call}/{moment.occasion}"),
            incident=state.key,
            kind=Kind.RETAINER_MISS if moment.is_breach else Kind.RETAINER_WARN,
            at=now(),
            actor=Actor(id="timer", kind=ActorKind.TIMER, organization=state.lead),
            subject=called.subject,
            data={
                "call": self._input.call,
                "vendor": called.data["vendor"],
                "clock": moment.clock.value,
                "owed_at": moment.owed_at.isoformat(),
            },
            marking=called.marking,
            audience=state.audience if state.restricted else called.audience,
        )
        entry = await record(entry)
        self._told.append(moment.occasion)
        self._outgoing.ask(follow_ups(entry, state))
