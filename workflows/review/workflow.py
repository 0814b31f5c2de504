"""The workflow of the review after an incident: it judges what is done to it, and chases what is owed."""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.follow_ups import follow_ups
    from playbooks.domain.actor import Actor, ActorKind
    from playbooks.domain.command import Command, Verdict
    from playbooks.domain.entry import Entry, entry_id
    from playbooks.domain.judging.resting import settled_or_not
    from playbooks.domain.judging.review import judge_review
    from playbooks.domain.kinds import Kind
    from playbooks.domain.review import ReviewState, evolve_review, is_chased
    from playbooks.domain.situation import Situation
    from workflows.activities.recording import WordsFrom
    from workflows.judge import Bench
    from workflows.messages import Wanted, WantedOf
    from workflows.outgoing import Outgoing
    from workflows.recording import ask_workflow, caught_up, now
    from workflows.review.messages import ReviewInput


@workflow.defn
class ReviewWorkflow:
    """Lives from the incident's close until the review is published, every item is done, and the incident knows."""

    @workflow.init
    def __init__(self, input: ReviewInput) -> None:
        self._review = input.review
        self._situation = input.situation
        self._is_known_settled = input.situation.incident.review_settled
        self._bench = Bench(input.situation.key, self._judge, self._apply, input.judged, input.decided)
        self._outgoing = Outgoing(input.undone, lambda: self._situation.incident)

    @workflow.run
    async def run(self, input: ReviewInput) -> None:
        """Chase what is overdue, again and again, until nothing is owed; the incident is told, and rests."""
        while not await self._is_settled():
            await self._wait()
            await self._chase()
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._carried())

    async def _is_settled(self) -> bool:
        """Whether it is over and the incident knows. One that something is added to after that goes on."""
        if self._review.is_over:
            await self._outgoing.idle()
            await workflow.wait_condition(workflow.all_handlers_finished)
        is_over = self._review.is_over
        if is_over != self._is_known_settled:
            told = settled_or_not(self._situation.incident, self._bench.decided, now(), is_over=is_over)
            await ask_workflow(WantedOf(wanted=Wanted(command=told, words=WordsFrom())), told.id)
            self._is_known_settled = is_over
        return self._review.is_over

    @workflow.update
    async def decide(self, command: Command) -> Verdict:
        """Judge a command; the answer comes when the decision stands in the record."""
        await caught_up(command, lambda: self._situation)
        return await self._bench.judge(command)

    @workflow.signal
    def situation_changed(self, situation: Situation) -> None:
        """The incident was reopened, and changed."""
        self._situation = self._situation.or_later(situation)

    @workflow.query
    def state(self) -> ReviewState:
        """The review as it stands."""
        return self._review

    def _judge(self, command: Command, at: datetime) -> tuple[Entry, ...]:
        return judge_review(self._review, self._situation, command, at)

    def _apply(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            self._review = evolve_review(self._review, entry)
            self._outgoing.ask(follow_ups(entry, self._situation.incident))

    def _carried(self) -> ReviewInput:
        return ReviewInput(
            review=self._review,
            situation=self._situation,
            judged=self._bench.judged,
            decided=self._bench.decided,
            undone=self._outgoing.undone,
        )

    async def _wait(self) -> None:
        """Until the next reminder is owed, or something changed that may bring it forward."""
        review, chased_at = self._review, self._review.chased_at
        patience = max(chased_at - workflow.now(), timedelta()) if chased_at else None
        try:
            await workflow.wait_condition(
                lambda: self._review is not review or workflow.info().is_continue_as_new_suggested(),
                timeout=patience,
            )
        except TimeoutError:
            return

    async def _chase(self) -> None:
        at, review = now(), self._review
        if review.due_at and not review.published and is_chased(review.due_at, review.reminded_at, at):
            await self._bench.note((self._reminder(Kind.REVIEW_REMIND, "review", at),))
        for item in review.open_items:
            if is_chased(item.due_at, item.reminded_at, at):
                whose = {"organization": item.organization, "owner": item.owner, "item": item.id}
                await self._bench.note((self._reminder(Kind.ITEM_REMIND, item.id, at, **whose),))
        for group in review.open_groups:
            if group.chased_at <= at:
                said = {"working_group": group.id, "lead": group.lead, "stage": group.stage.value}
                await self._bench.note((self._reminder(Kind.WORKING_GROUP_REMIND, group.id, at, **said),))

    def _reminder(self, kind: Kind, what: str, at: datetime, **data: str) -> Entry:
        state = self._situation.incident
        return Entry(
            id=entry_id(f"{state.key}/review/{what}/{at.isoformat()}"),
            incident=state.key,
            kind=kind,
            at=at,
            actor=Actor(id="timer", kind=ActorKind.TIMER, organization=state.lead),
            subject="review",
            data=dict(data),
            marking=state.marking,
            audience=state.audience,
        )
