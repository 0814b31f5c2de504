"""The one way in: every command enters the ledger, is carried to whoever judges it, and keeps its one verdict."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel

from playbooks.alerts.triage import TRIAGE_VERBS, judge_triage, named_alerts, named_groups
from playbooks.domain.actor import ActorKind
from playbooks.domain.classification import check_not_classified
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.community import Community
from playbooks.domain.entry import in_milliseconds
from playbooks.domain.errors import BrokenOff, IncidentError, Malformed, NotFound, Refused, Unavailable
from playbooks.domain.ids import ConsultationId, EntryId, IncidentKey, RunId
from playbooks.domain.judging.answer import judge_answer
from playbooks.domain.judging.directory import DIRECTORY_VERBS, judge_directory
from playbooks.domain.judging.draft import refusal, understanding
from playbooks.domain.judging.incident import INCIDENT_VERBS
from playbooks.domain.judging.on_call import ROTA_VERBS, judge_turn
from playbooks.domain.judging.part import PART_VERBS
from playbooks.domain.judging.review import REVIEW_VERBS
from playbooks.domain.judging.run import RUN_VERBS, check_going_on
from playbooks.domain.policy import check_declared, check_known, check_trusted, knows_of
from playbooks.domain.saying import says
from playbooks.ports.community import Communities
from playbooks.ports.inbox import Inbox, Letter
from playbooks.ports.intake import AtTriage, Groups, TriageDecision
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Record
from playbooks.ports.retainers import Retainers
from playbooks.ports.rotas import Rotas
from playbooks.ports.trust import Trust, Trusting
from workflows import names
from workflows.client import Begin, Judges
from workflows.preparing import CaseNow, PlaybookContent, Preparing
from workflows.rebuild import Account, account_of, incident_input, part_input, review_input, run_input

STALE_AFTER = timedelta(minutes=15)
"""A command that could not be decided for so long is not replayed blindly; whoever gave it is asked again."""


class CommandGateway:
    """Takes commands from every front end, from alerts and from timers."""

    def __init__(  # noqa: PLR0913, PLR0917  what each kind of command needs, one port each
        self,
        ledger: Ledger,
        record: Record,
        inbox: Inbox,
        judges: Judges,
        playbook_content: PlaybookContent,
        case: CaseNow,
        groups: Groups,
        clock: Callable[[], datetime],
        retainers: Retainers | None = None,
        trust: Trust | None = None,
        rotas: Rotas | None = None,
        communities: Communities | None = None,
    ) -> None:
        self._ledger = ledger
        self._record = record
        self._inbox = inbox
        self._judges = judges
        self._preparing = Preparing(ledger, record, playbook_content, case, retainers, communities)
        self._case = case
        self._groups = groups
        self._clock = clock
        self._trust = trust or Trusting()
        self._rotas = rotas
        self._communities = communities

    async def submit(self, command: Command) -> Verdict:
        """Judge a command once; a repeat of its id gets the same verdict.

        Raises Unavailable while a part of Muster is away: the command is kept and carried on by `sweep`.
        """
        try:
            if command.actor.kind is ActorKind.PERSON:
                check_not_classified(*command.texts.values())
        except Refused as error:
            return await self._unheard(command.coded(), error)
        stored = await self._ledger.enter(command)
        if stored is not None:
            return stored
        try:
            return await self._carry(command)
        except Unavailable as error:  # it was taken, and nobody may be told that it was not
            raise BrokenOff(error.wording, code=error.code) from error

    async def _unheard(self, command: Command, error: Refused) -> Verdict:
        """Refuse a command whose words may not even be kept: it enters without them, as one that nobody carries out."""
        empty = command.model_copy(update={"verb": "unheard", "args": {}, "incident": None})
        stored = await self._ledger.enter(empty)
        if stored is not None:
            return stored
        return await self._refuse(command.model_copy(update={"incident": None}), error)

    async def sweep(self, older_than: timedelta = timedelta(seconds=30)) -> int:
        """Carry on what was entered and never settled, for example because a process died. Returns how many it did.

        One that cannot be carried now holds up none behind it.
        """
        done = [await self._swept(command) for command in await self._ledger.pending(older_than)]
        return sum(done)

    async def _swept(self, command: Command) -> bool:
        try:
            is_fresh = self._clock() - command.received_at < STALE_AFTER
            if is_fresh or await self._ledger.verdict(command.id) is not None:
                await self._carry(command)
            elif await self._judges.has_never_seen(command):
                await self._refuse(command, _stale(command))
            else:
                return False
        except Unavailable:
            return False
        return True

    async def _carry(self, command: Command) -> Verdict:
        try:
            with understanding(command):
                return await self._judged(command)
        except Unavailable:
            raise
        except IncidentError as error:
            return await self._refuse(command, error)

    async def _judged(self, command: Command) -> Verdict:
        if command.actor.via is not None:
            check_trusted(command.actor, await self._trust.distrusted())
        command = await self._preparing.prepared(command)
        key = command.incident
        if command.verb in TRIAGE_VERBS:
            return await self._at_triage(command, key)
        if command.verb in ROTA_VERBS:
            return await self._on_the_rota(command)
        if command.verb in DIRECTORY_VERBS:
            return await self._in_the_directory(command)
        if key is None:
            raise Malformed(says("malformed.which_incident"))
        for verbs, carry in (
            (("answer",), self._answer),
            (PART_VERBS, self._to_part),
            (REVIEW_VERBS, self._to_review),
            (RUN_VERBS, self._to_run),
            (INCIDENT_VERBS, self._to_incident),
        ):
            if command.verb in verbs:
                return await carry(command, key)
        raise Malformed(says("unknown_command.gateway", verb=command.verb))

    async def _to_incident(self, command: Command, key: IncidentKey) -> Verdict:
        async def begin() -> BaseModel:
            account = await account_of(self._record, key)
            if command.verb != "declare":
                check_declared(account.case.state)
            return incident_input(account)

        return await self._settled(command, await self._judges.incident(command, key, begin))

    async def _to_part(self, command: Command, key: IncidentKey) -> Verdict:
        organization = names.organization_of(command.verb, command.args)
        begin = self._from_record(command, key, lambda account: part_input(account, organization))
        told = await self._after(command, key)
        return await self._settled(command, await self._judges.part(told, key, organization, begin))

    async def _to_review(self, command: Command, key: IncidentKey) -> Verdict:
        begin = self._from_record(command, key, review_input)
        told = await self._after(command, key)
        return await self._settled(command, await self._judges.review(told, key, begin))

    async def _to_run(self, command: Command, key: IncidentKey) -> Verdict:
        run = RunId(str(command.args["run"]))

        def going_on(account: Account) -> BaseModel:
            runs = account.case.state.runs
            if run not in runs:
                raise NotFound(says("not_found.run", run=run, incident=key))
            check_going_on(run, runs[run])
            return run_input(account, run)

        begin = self._from_record(command, key, going_on)
        told = await self._after(command, key)
        return await self._settled(command, await self._judges.run(told, key, run, begin))

    def _from_record(
        self, command: Command, key: IncidentKey, begun: Callable[[Account], BaseModel]
    ) -> Begin:
        """What a workflow of the incident begins with where it does not run; NotFound to whoever may not know of it."""

        async def begin() -> BaseModel:
            account = await account_of(self._record, key)
            check_declared(account.case.state)
            check_known(command.actor, account.case.state)
            return begun(account)

        return begin

    async def _after(self, command: Command, key: IncidentKey) -> Command:
        """Whoever gave it may know what a part, a review or a run was not told yet."""
        return command.model_copy(update={"after": (await self._case(key)).state.changes})

    async def _settled(self, command: Command, verdict: Verdict) -> Verdict:
        """Now the workflow's own history holds the decision too; before, a repeat must go there again."""
        try:
            return await self._ledger.settle(command.id, verdict)
        except Unavailable:
            return verdict

    async def _answer(self, command: Command, key: IncidentKey) -> Verdict:
        """Answers commit to the inbox and reach the consultation in batches (docs/decisions/answers-by-inbox.md)."""
        case = await self._case(key)
        check_known(command.actor, case.state)
        consultation = str(command.args["consultation"])
        asked = case.consultations.get(ConsultationId(consultation))
        if asked is None:
            raise NotFound(says("not_found.consultation", consultation=consultation, incident=key))
        question = asked.question
        (opened,) = await self._record.entries_by_id([EntryId(question.entry)])
        closed = asked.closed is not None
        entries = judge_answer(case.state, question, opened.audience, command, self._now(), closed=closed)
        given = entries[0]
        verdict = Verdict(
            outcome=Outcome.DONE,
            code="answer.done",
            incident=key,
            args={**command.args, **given.data},
            entries=(given.id,),
        )
        letter = Letter(
            id=given.id,
            recipient=names.consult_id(key, ConsultationId(question.id)),
            body={
                "organization": given.data["organization"],
                "person": given.actor.id,
                "option": given.data["option"],
                "at": given.at.isoformat(),
                "entry": given.id,
            },
        )
        await self._inbox.commit([letter], entries=entries, verdict=(command.id, verdict))
        return verdict

    async def _at_triage(self, command: Command, key: IncidentKey | None) -> Verdict:
        """Groups of alerts have no workflow: their rows are locked, judged and changed in one transaction."""
        state = (await self._case(key)).state if key is not None and command.verb == "triage.attach" else None

        def decide(found: AtTriage) -> TriageDecision:
            with understanding(command):
                return judge_triage(found, command, self._now(), state)

        decision = await self._groups.judge(named_groups(command), named_alerts(command), decide)
        _, verdict = decision.verdict
        return verdict

    async def _on_the_rota(self, command: Command) -> Verdict:
        at = self._now()
        kept = await self._rotas.kept(command.actor.organization, at) if self._rotas else None
        entry, verdict = judge_turn(command, at, kept.rota if kept else None)
        await self._record.append([entry], verdict=(command.id, verdict))
        return verdict

    async def _in_the_directory(self, command: Command) -> Verdict:
        community = await self._communities.now() if self._communities else Community()
        entry, verdict = judge_directory(community, command, self._now())
        await self._record.append([entry], verdict=(command.id, verdict))
        return verdict

    async def _refuse(self, command: Command, error: IncidentError) -> Verdict:
        """A refusal is a verdict with its rule, and has its entry.

        It stands in the installation's log where the incident does not exist, or not for this actor.
        """
        unknown = isinstance(error, NotFound) or not await self._knows(command)
        entry = refusal(
            command.model_copy(update={"incident": None}) if unknown else command, self._now(), error
        )
        verdict = Verdict(
            outcome=Outcome.REFUSED,
            code=error.code,
            wording=error.wording,
            source=error.source,
            incident=command.incident,
            entries=(entry.id,),
        )
        await self._record.append([entry], verdict=(command.id, verdict))
        return verdict

    async def _knows(self, command: Command) -> bool:
        """Of what comes from nobody knows whom, also whether the incident that it names is one of its author's."""
        if command.actor.via is None or command.incident is None:
            return True
        return knows_of(command.actor, (await self._case(command.incident)).state)

    def _now(self) -> datetime:
        return in_milliseconds(self._clock())


def _stale(command: Command) -> IncidentError:
    return IncidentError(says("stale", given_at=command.received_at))
