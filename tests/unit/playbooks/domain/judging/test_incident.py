"""What each command on an incident leads to, and each rule that refuses one: its code and its source."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.incident import LEGAL_PHASES, IncidentState, Phase, Severity, Standing
from playbooks.domain.judging.adding import ADDING
from playbooks.domain.judging.cost import COST
from playbooks.domain.judging.duties import SETTLING
from playbooks.domain.judging.erasing import ERASING
from playbooks.domain.judging.escalation import ESCALATION
from playbooks.domain.judging.incident import INCIDENT_VERBS
from playbooks.domain.judging.indicators import INDICATORS
from playbooks.domain.judging.joint import SAYING
from playbooks.domain.judging.resting import REVIEWING
from playbooks.domain.judging.retainer import BILLING
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import canonical, slot_values
from playbooks.domain.roles import Role
from tests.casts import NOON, UN, UNHCR, WFP, Scene, declared, naming

IC = Role.INCIDENT_COMMANDER


class TestDeclaring:
    def test_the_declarer_takes_command_and_her_organization_leads(self) -> None:
        scene = declared("unhcr-duty")

        assert scene.state.lead == UNHCR
        assert scene.state.roles == {IC: "unhcr-duty"}
        assert scene.state.parties == {UNHCR: Standing.LEAD}
        assert scene.state.marking is Marking.AMBER_STRICT

    def test_an_alert_declares_without_a_commander(self) -> None:
        scene = declared("alert of WFP")

        assert scene.state.lead == WFP
        assert scene.state.roles == {}

    def test_dss_declares_and_does_not_take_command(self) -> None:
        scene = declared("dss-duty")

        assert scene.state.lead == UN
        assert IC not in scene.state.roles

    def test_a_playbook_may_be_started_at_once(self) -> None:
        scene = declared(playbook="ransomware", content="9f2c")

        assert scene.state.runs == {"R-1": "running"}
        assert scene.entries[-1].data["content"] == "9f2c"

    @pytest.mark.parametrize("said", [{"signed_by": "UNICC"}, {"unsigned": True}])
    def test_who_signed_an_own_playbook_stands_where_its_run_starts(self, said: dict[str, Any]) -> None:
        data = declared(playbook="ours", content="9f2c", **said).entries[-1].data

        assert {name: data.get(name) for name in ("signed_by", "unsigned") if name in data} == said

    def test_an_incident_is_declared_once(self) -> None:
        error = declared().refused("wfp-duty", "declare", severity="low")

        assert (type(error), error.code) == (Conflict, "already_declared")

    @pytest.mark.parametrize("verb", [verb for verb in INCIDENT_VERBS if verb != "declare"])
    def test_nothing_else_is_taken_before(self, verb: str) -> None:
        error = Scene().refused("unhcr-duty", verb)

        assert (type(error), error.code) == (Conflict, "not_declared")

    def test_the_first_entry_carries_the_words(self) -> None:
        scene = declared()

        assert scene.case.title == "Ransomware on file servers"
        assert [entry.texts for entry in scene.entries[1:]] == [{}]


class TestCourse:
    def test_severity_changes_and_says_what_it_was(self) -> None:
        scene = declared()

        (entry,) = scene.do("unhcr-duty", "severity", severity="critical")

        assert scene.state.severity is Severity.CRITICAL
        assert entry.data == {"severity": "critical", "was": "high"}

    def test_the_same_severity_is_no_change(self) -> None:
        assert declared().refused("unhcr-duty", "severity", severity="high").code == "same_severity"

    @pytest.mark.parametrize("was", [Phase.DETECT, Phase.RESPOND, Phase.RECOVER])
    @pytest.mark.parametrize("to", list(Phase))
    def test_only_legal_changes_of_phase(self, was: Phase, to: Phase) -> None:
        scene = declared()
        for step in (Phase.RESPOND, Phase.RECOVER)[: list(Phase).index(was)]:
            scene.do("unhcr-duty", "phase", phase=step)
        assert scene.state.phase is was

        if to in LEGAL_PHASES[was] and to is not Phase.CLOSED:
            scene.do("unhcr-duty", "phase", phase=to)
            assert scene.state.phase is to
        else:
            error = scene.refused("unhcr-duty", "phase", phase=to)
            assert (type(error), error.code, error.source) == (
                Conflict,
                "illegal_phase",
                "NIST SP 800-61r3, section 2",
            )

    def test_closing_is_a_command_of_its_own(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "close")

        assert scene.state.phase is Phase.CLOSED
        assert scene.state.closed_at == scene.at
        assert not scene.state.is_open

    @pytest.mark.parametrize(
        "verb",
        [
            v
            for v in INCIDENT_VERBS
            if v
            not in {
                "declare",
                "reopen",
                "note",
                "notice",
                "compare",
                "alerts.attach",
                "mandate.withdraw",
                *COST,
                *BILLING,
                *REVIEWING,
                *ADDING,
                *INDICATORS,
                *ERASING,
                *SETTLING,
                *ESCALATION,
                *SAYING,
            }
        ],
    )
    def test_a_closed_incident_takes_nothing_but_what_is_added_and_alerts(self, verb: str) -> None:
        scene = declared()
        scene.do("unhcr-duty", "close")

        error = scene.refused("unhcr-duty", verb)
        assert (type(error), error.code) == (Conflict, "incident_closed")
        scene.do("unhcr-ciso", "note", texts={"note": "One more thing."})
        scene.do("alert of UNHCR", "alerts.attach", group="G-1", count=2)
        assert scene.state.alerts == 2

    def test_reopening_goes_back_to_responding(self) -> None:
        scene = declared()
        assert scene.refused("unhcr-duty", "reopen").code == "incident_open"
        scene.do("unhcr-duty", "close")
        scene.do("unhcr-ciso", "reopen")

        assert scene.state.phase is Phase.RESPOND
        assert scene.state.closed_at is None

    def test_an_incident_is_not_closed_under_a_run(self) -> None:
        scene = declared(playbook="ransomware", content="9f2c")

        assert scene.refused("unhcr-duty", "close").code == "run_going_on"

    def test_a_status_update_sets_when_the_next_is_owed(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "update", every_minutes=30)
        assert scene.state.update_due_at == scene.at + timedelta(minutes=30)

        scene.do("unhcr-duty", "update")
        assert scene.state.update_due_at is None

    def test_no_update_is_owed_of_a_closed_incident(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "update", every_minutes=30)
        scene.do("unhcr-duty", "close")

        assert scene.state.update_due_at is None

    @pytest.mark.parametrize("minutes", [0, -5, 366 * 24 * 60 + 1, 10**30])
    def test_an_update_is_owed_within_a_minute_and_a_year(self, minutes: int) -> None:
        """Less would remind without end."""
        assert declared().refused("unhcr-duty", "update", every_minutes=minutes).code == "bad_span"


class TestRoles:
    def test_command_passes_by_transfer_only(self) -> None:
        scene = declared()

        error = scene.refused("unhcr-ciso", "role", role=IC, **naming("unhcr-ciso"))

        assert (type(error), error.code, error.source) == (
            Refused,
            "transfer_of_command",
            "ICS, transfer of command",
        )

    def test_transfer_of_command_needs_the_current_commander(self) -> None:
        scene = declared(joined=["WFP"])

        for who in ("unhcr-ciso", "unhcr-responder", "wfp-ciso", "wfp-duty"):
            assert scene.refused(who, "transfer", **naming(who)).code == "not_entitled"
        scene.do("unhcr-duty", "transfer", **naming("wfp-duty"))
        assert scene.state.roles[IC] == "wfp-duty"
        assert scene.refused("unhcr-duty", "transfer", **naming("unhcr-duty")).code == "not_entitled"

    def test_whoever_is_refused_is_sent_to_people_and_to_no_machine(self) -> None:
        scene = declared()

        refused = scene.refused("unhcr-responder", "playbook.run", playbook="phishing")
        assert str(refused).startswith(
            "This is for the incident commander or a deputy, the CISO or the duty officer of the lead organization."
        )
        assert str(scene.refused("unhcr-ciso", "room.open")).startswith("This is for nobody.")

    def test_where_an_alert_declared_the_lead_gives_command_to_somebody(self) -> None:
        scene = declared("alert of UNHCR")
        scene.do("unhcr-ciso", "role", role=IC, **naming("unhcr-duty"))

        assert scene.state.roles == {IC: "unhcr-duty"}

    def test_a_role_goes_to_people_of_the_parties_alone(self) -> None:
        scene = declared()

        for verb in ("role", "transfer"):
            error = scene.refused("unhcr-duty", verb, role=Role.SCRIBE, **naming("wfp-duty"))
            assert (type(error), error.code, error.source) == (Refused, "not_a_party", "004 §7")

    @pytest.mark.parametrize("role", [r for r in Role if r is not IC])
    def test_dss_holds_no_role_but_the_safety_officer_s_and_oict_every_other(self, role: Role) -> None:
        scene = declared("oict-duty")

        dss, oict = naming("dss-duty"), naming("oict-responder")
        if role is not Role.SAFETY_OFFICER:
            error = scene.refused("oict-duty", "role", role=role, **dss)
            assert (error.code, error.source) == ("dss_physical_security_only", "002 §15-16")
        else:
            scene.do("oict-duty", "role", role=role, **dss)
        if role is Role.SAFETY_OFFICER:
            error = scene.refused("oict-duty", "role", role=role, **oict)
            assert (error.code, error.source) == ("oict_no_physical_security", "002 §15-16")
        else:
            scene.do("oict-duty", "role", role=role, **oict)

    def test_command_does_not_pass_to_dss(self) -> None:
        scene = declared("oict-duty")

        error = scene.refused("oict-duty", "transfer", **naming("dss-duty"))

        assert (error.code, error.source) == ("dss_physical_security_only", "002 §15-16")

    def test_of_whom_an_office_bounds_it_is_known_while_she_holds_the_role(self) -> None:
        scene = declared("oict-duty", joined=["WFP"])
        scene.do("oict-duty", "role", role=Role.SAFETY_OFFICER, **naming("dss-duty"))
        assert scene.state.role_offices == {IC: "OICT", Role.SAFETY_OFFICER: "DSS"}

        scene.do("oict-duty", "role", role=Role.SAFETY_OFFICER, **naming("wfp-duty"))
        scene.do("oict-duty", "transfer", **naming("wfp-ciso"))
        assert scene.state.role_offices == {}

    def test_whoever_leaves_gives_back_the_roles(self) -> None:
        """Else somebody of an organization that takes no part would go on commanding."""
        scene = declared(joined=["WFP"])
        scene.do("unhcr-duty", "transfer", **naming("wfp-duty"))
        scene.do("wfp-ciso", "leave")

        assert IC not in scene.state.roles
        assert scene.refused("wfp-duty", "severity", severity="low").code == "not_entitled"
        scene.do("unhcr-ciso", "role", role=IC, **naming("unhcr-ciso"))


class TestParties:
    def test_an_organization_joins_by_its_own_word(self) -> None:
        scene = declared()
        scene.do("unhcr-duty", "invite", organizations=["WFP"])
        assert scene.state.parties[WFP] is Standing.INVITED
        assert WFP not in scene.state.active_parties

        assert scene.refused("unhcr-duty", "join").code == "not_entitled"
        scene.do("wfp-duty", "join")
        assert scene.state.active_parties == (UNHCR, WFP)

    def test_whoever_was_not_invited_cannot_join_and_does_not_learn_of_it(self) -> None:
        error = declared().refused("wfp-duty", "join")

        assert type(error) is NotFound

    def test_one_who_is_there_is_not_invited_again(self) -> None:
        scene = declared(joined=["WFP"])

        assert scene.refused("unhcr-duty", "invite", organizations=["WFP"]).code == "already_a_party"
        assert scene.refused("unhcr-duty", "invite", organizations=["UNHCR"]).code == "already_a_party"

    def test_several_are_invited_at_once_or_none_is(self) -> None:
        scene = declared(joined=["WFP"])

        refused = scene.refused("unhcr-duty", "invite", organizations=["UNICC", "WFP", "UN"])
        assert (refused.code, "WFP" in refused.sentence) == ("already_a_party", True)
        assert set(scene.state.parties) == {UNHCR, WFP}

        invited = scene.do("unhcr-duty", "invite", organizations=["UNICC", "UN", "UNICC"])
        assert [entry.data["organization"] for entry in invited] == ["UNICC", "UN"]
        assert scene.refused("unhcr-duty", "invite", organizations=[]).code == "nobody_named"

    def test_the_lead_cannot_leave(self) -> None:
        error = declared().refused("unhcr-duty", "leave")

        assert (type(error), error.code, error.source) == (Refused, "lead_cannot_leave", "004 §7")

    def test_leaving_is_ones_own_word_and_so_is_coming_back(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("wfp-duty", "leave")
        assert scene.state.parties[WFP] is Standing.LEFT
        assert scene.refused("wfp-duty", "note").code == "not_entitled"

        scene.do("wfp-ciso", "join")
        assert scene.state.parties[WFP] is Standing.JOINED

    def test_to_ask_is_to_tell_and_so_only_who_was_invited_is_asked(self) -> None:
        error = declared().refused(
            "unhcr-duty", "ask", purpose="status_call", asked=["WFP"], deadline_minutes=60
        )

        assert (type(error), error.code, error.source) == (Refused, "not_a_party", "004 §5")


class TestAwareness:
    AT = (NOON - timedelta(hours=2)).isoformat()

    def test_awareness_is_declared_once_and_never_changed(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("wfp-legal", "awareness", aware_at=self.AT)

        error = scene.refused("wfp-ciso", "awareness", aware_at=NOON.isoformat())

        assert (type(error), error.code) == (Conflict, "awareness_declared")
        assert scene.state.awareness == {WFP: NOON - timedelta(hours=2)}

    def test_each_organization_declares_for_itself(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("wfp-duty", "awareness", aware_at=self.AT)
        scene.do("unhcr-duty", "awareness", aware_at=NOON.isoformat())

        assert set(scene.state.awareness) == {UNHCR, WFP}

    def test_awareness_cannot_lie_in_the_future(self) -> None:
        scene = declared()
        later = (scene.at + timedelta(days=1)).isoformat()

        assert scene.refused("unhcr-duty", "awareness", aware_at=later).code == "future_time"

    def test_a_time_without_zone_is_malformed(self) -> None:
        assert (
            type(declared().refused("unhcr-duty", "awareness", aware_at="2026-11-22T10:00:00")) is Malformed
        )


class TestRestricting:
    def test_a_restricted_incident_is_unknown_to_all_but_the_named(self) -> None:
        scene = declared(joined=["WFP"])
        scene.do("unhcr-duty", "restrict", named=["unhcr-legal"])

        assert scene.state.named == ("unhcr-duty", "unhcr-legal")
        scene.do("unhcr-legal", "note")
        for who in ("unhcr-ciso", "wfp-ciso"):
            restricted, unknown = scene.refused(who, "note"), Scene()
            assert type(restricted) is NotFound
            assert restricted.sentence == _unknown_to(who, unknown).sentence

    def test_what_is_said_from_then_on_is_for_the_named(self) -> None:
        scene = declared()
        (restricting,) = scene.do("unhcr-duty", "restrict", named=["unhcr-legal"])
        (note,) = scene.do("unhcr-duty", "note")

        named = ("person:unhcr-duty", "person:unhcr-legal")
        assert restricting.audience == note.audience == named

    def test_it_may_be_declared_so(self) -> None:
        scene = declared(restricted=True)

        assert {entry.audience for entry in scene.entries} == {("person:unhcr-duty",)}
        assert type(scene.refused("unhcr-ciso", "severity", severity="low")) is NotFound

    def test_the_same_names_again_are_no_change(self) -> None:
        scene = declared(restricted=True, named=["unhcr-duty", "unhcr-legal"])

        error = scene.refused("unhcr-duty", "restrict", named=["unhcr-legal"])
        assert (type(error), error.code) == (Conflict, "already_restricted")


def _unknown_to(who: str, scene: Scene) -> NotFound:
    """What somebody is told of an incident in which her organization takes no part."""
    scene.do("unicc-duty", "declare", severity="low")
    error = scene.refused(who, "note")
    assert isinstance(error, NotFound)
    return error


class TestAsking:
    def test_a_question_is_opened_with_deadline_and_reminder(self) -> None:
        scene = declared(joined=["WFP"])
        (entry,) = scene.do(
            "unhcr-duty", "ask", purpose="approval", asked=["WFP"], deadline_minutes=60, needed=1
        )

        question = scene.consultation().question
        assert question.deadline_at == entry.at + timedelta(minutes=60)
        assert question.remind_at == entry.at + timedelta(minutes=30)
        assert question.asked_by == "unhcr-duty"
        assert scene.state.consultations == {"C-1": "open"}

    def test_a_question_that_nobody_waits_for_any_more_is_closed_once_and_by_a_machine_alone(self) -> None:
        scene, playbook = declared(joined=["WFP"]), "playbook of UNHCR"
        origin = "playbook/INC-2026-0001/R-1|step:1"
        asked: dict[str, Any] = {"purpose": "approval", "asked": ["WFP"], "deadline_minutes": 60}
        scene.do(playbook, "ask", **asked, origin=origin)
        scene.do("unhcr-duty", "ask", **asked)

        assert scene.refused("unhcr-duty", "ask.withdraw", origin=origin).code == "not_entitled"
        scene.do(playbook, "ask.withdraw", origin=origin)
        assert scene.state.consultations == {"C-1": "withdrawn", "C-2": "open"}
        assert scene.consultation().outcome == "withdrawn"
        assert scene.refused(playbook, "ask.withdraw", origin=origin).code == "question_closed"
        assert scene.refused(playbook, "ask.withdraw", origin="").code == "question_closed"

    def test_nobody_asks_in_anothers_name(self) -> None:
        """It would let the asker approve by herself."""
        scene = declared(joined=["WFP"])
        scene.do(
            "unhcr-duty",
            "ask",
            purpose="approval",
            asked=["UNHCR"],
            deadline_minutes=60,
            asked_by="wfp-duty",
        )

        assert scene.consultation().question.asked_by == "unhcr-duty"

    @pytest.mark.parametrize("minutes", [0, -1, 366 * 24 * 60 + 1, 10**30])
    def test_a_deadline_lies_within_a_minute_and_a_year(self, minutes: int) -> None:
        error = declared().refused(
            "unhcr-duty", "ask", purpose="status_call", asked=["UNHCR"], deadline_minutes=minutes
        )
        assert error.code == "bad_span"


_WHOLE: dict[str, dict[str, Any]] = {
    "declare": {
        "severity": "high",
        "class": "other",
        "named": ["unhcr-duty"],
        "group": "G",
        "playbook": "p",
        "content": "c",
    },
    "severity": {"severity": "low"},
    "phase": {"phase": "respond"},
    "role": {"role": "scribe", "person": "unhcr-ciso", "person_organization": "UNHCR", "person_office": None},
    "transfer": {"person": "unhcr-ciso", "person_organization": "UNHCR", "person_office": None},
    "update": {"every_minutes": 30},
    "awareness": {"aware_at": NOON.isoformat()},
    "invite": {"organizations": ["FAO"]},
    "restrict": {"named": ["unhcr-ciso"]},
    "alerts.attach": {"group": "G", "count": 3, "severity": "low"},
    "ask": {"purpose": "approval", "asked": ["UNHCR"], "deadline_minutes": 5, "needed": 1, "origin": "a|b"},
    "playbook.run": {"playbook": "ransomware", "content": "9f2c"},
}
_WRONG: tuple[object, ...] = (
    5,
    -1,
    1.5,
    10**40,
    float("inf"),
    float("nan"),
    "",
    "x",
    [],
    [[]],
    [5],
    {},
    {"a": 1},
    True,
    "\ud800",
)


_ARGUMENTS = [(verb, argument) for verb, args in _WHOLE.items() for argument in args]


@pytest.mark.parametrize(("verb", "argument"), _ARGUMENTS)
def test_a_wrong_argument_is_refused_or_harmless(verb: str, argument: str) -> None:
    """What is judged must be fit to be recorded and folded: what is not would stop the incident for good."""
    for wrong in _WRONG:
        _try(verb, {**_WHOLE[verb], argument: wrong})


@pytest.mark.parametrize(("verb", "argument"), _ARGUMENTS)
def test_a_missing_argument_is_refused_or_harmless(verb: str, argument: str) -> None:
    _try(verb, {name: value for name, value in _WHOLE[verb].items() if name != argument})


def _try(verb: str, args: dict[str, Any]) -> None:
    scene = Scene() if verb == "declare" else declared(joined=["WFP"])
    who = "alert of UNHCR" if verb == "alerts.attach" else "unhcr-duty"
    try:
        scene.do(who, verb, **args)
    except (Malformed, Refused, Conflict):
        return
    _fit_to_be_carried(scene)


def _fit_to_be_carried(scene: Scene) -> None:
    """States round-trip through JSON, entries through the record's canonical form, questions and effects are made."""
    state = scene.state
    assert IncidentState.model_validate_json(state.model_dump_json()) == state
    for entry in scene.entries:
        canonical(slot_values(entry))
        follow_ups(entry, state)
        if entry.kind == Kind.RUN_START:
            assert isinstance(entry.data["content"], str)
