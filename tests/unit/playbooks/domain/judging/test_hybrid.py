"""The hybrid cyberattack response network: activated by its definition, led by OICT, signed and ended by both."""

from itertools import product
from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.circle.hybrid import Danger, Known, Means
from playbooks.domain.circle.hybrid_tasks import tasks_of
from playbooks.domain.errors import Refused
from playbooks.domain.function import Function, Office
from playbooks.domain.incident import Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release
from playbooks.domain.roles import Role
from playbooks.texts import load_texts
from tests.casts import UN, Scene, declared, naming, owned_by, reader

MET: dict[str, Any] = {"means": "digital", "deliberate": "yes", "danger": "both"}


def _active(*, joined: tuple[str, ...] = ("UN",)) -> Scene:
    scene = declared(joined=joined)
    scene.do("unhcr-duty", "hybrid.activate", texts={"basis": "Doors were opened."}, **MET)
    return scene


def _assessed() -> Scene:
    scene = _active()
    scene.do("oict-duty", "hybrid.assess", texts={"text": "Two gates."}, base=0, station="NBO", risk="high")
    return scene


def _agreed() -> Scene:
    scene = _assessed()
    scene.do("dss-duty", "hybrid.recommend", texts={"text": "Guards."}, measure="mitigating")
    scene.do("oict-duty", "hybrid.recommend", texts={"text": "New keys."}, measure="preventive")
    scene.do("dss-duty", "hybrid.sign", version=3)
    scene.do("oict-duty", "hybrid.sign", version=3)
    return scene


class TestTheDefinition:
    @pytest.mark.parametrize(("means", "deliberate", "danger"), list(product(Means, Known, Danger)))
    def test_the_network_is_activated_for_nothing_but_the_whole_definition(
        self, means: Means, deliberate: Known, danger: Danger
    ) -> None:
        scene = declared(joined=("UN",))
        answers: dict[str, Any] = {"means": means, "deliberate": deliberate, "danger": danger}
        if means is not Means.NEITHER and deliberate is Known.YES and danger is not Danger.NEITHER:
            scene.do("unhcr-duty", "hybrid.activate", **answers)
            assert scene.state.hybrid is not None
        else:
            error = scene.refused("unhcr-duty", "hybrid.activate", **answers)
            assert (type(error), error.code, error.source) == (Refused, "not_hybrid", "002, footnote 1")

    @pytest.mark.parametrize("part", MET)
    def test_every_part_is_asked_for(self, part: str) -> None:
        answers = {name: answer for name, answer in MET.items() if name != part}
        assert (
            declared(joined=("UN",)).refused("unhcr-duty", "hybrid.activate", **answers).code
            == "malformed_command"
        )

    def test_what_is_not_met_is_named(self) -> None:
        error = declared().refused("unhcr-duty", "hybrid.activate", **{**MET, "deliberate": "unknown"})
        assert "not known to be meant to harm" in error.sentence
        assert "premises" not in error.sentence

    def test_the_answers_stand_with_who_judged(self) -> None:
        network = _active().state.hybrid
        assert network is not None
        assert network.definition.model_dump(mode="json") == MET
        assert network.judged_by == "unhcr-duty"

    def test_it_is_active_once(self) -> None:
        assert _active().refused("oict-duty", "hybrid.activate", **MET).code == "network_active"


class TestWhoLeads:
    def test_the_incident_stays_with_whoever_leads_it(self) -> None:
        scene = declared(joined=("UN",))
        before = scene.state
        scene.do("oict-duty", "hybrid.activate", **MET)

        after = scene.state
        assert (after.lead, after.roles) == (before.lead, before.roles)
        assert scene.refused("oict-duty", "severity", severity="critical").code == "not_entitled"
        assert scene.refused("oict-duty", "transfer", **naming("oict-duty")).code == "not_entitled"

    def test_the_secretariat_is_invited_and_joins_by_its_own_word(self) -> None:
        scene = _active(joined=())
        assert scene.state.parties[UN] is Standing.INVITED
        scene.do("oict-duty", "join")
        scene.do("oict-duty", "hybrid.assess", base=0, station="NBO", risk="low")

    def test_nobody_but_the_two_offices_works_in_the_network(self) -> None:
        scene = _active()
        for who in ("unhcr-duty", "un-legal"):
            error = scene.refused(who, "hybrid.assess", base=0, station="NBO", risk="low")
            assert error.code == "not_entitled"

    def test_nobody_of_dss_answers_for_the_secretariat(self) -> None:
        scene = declared("oict-responder", joined=("WFP",))
        assert scene.refused("dss-duty", "severity", severity="low").code == "not_entitled"
        scene.do("oict-responder", "ask", purpose="approval", asked=["UN"], deadline_minutes=60)
        error = scene.refused("dss-duty", "answer", consultation="C-1", option="approve")
        assert (error.code, error.source) == ("not_representative", "004 §4")
        scene.do("oict-duty", "answer", consultation="C-1", option="approve")

    def test_the_security_network_is_told_when_it_begins_and_when_it_ends(self) -> None:
        scene = _active()
        scene.do("oict-duty", "hybrid.deactivate")
        scene.do("dss-duty", "hybrid.deactivate")
        told = [
            each.text
            for e in scene.entries
            for each in follow_ups(e, scene.state)
            if each.action == "mail.send"
        ]
        assert told == ["network.activated", "network.deactivated"]
        assert all(text in load_texts() for text in told)

    def test_who_is_on_duty_for_dss_is_brought_in_and_written_to_whoever_a_rota_names(self) -> None:
        scene = declared()
        activated, _invited = scene.do("unhcr-duty", "hybrid.activate", called=["dss-duty"], **MET)
        asked = {each.text: each for each in follow_ups(activated, scene.state)}
        mail = asked["network.called"]
        assert (mail.connection, mail.args["to"], mail.entries) == ("un/mail", ("dss-duty",), ())
        (brought_in,) = (each for each in follow_ups(activated, scene.state) if each.action == "room.invite")
        assert (brought_in.connection, brought_in.args["people"]) == ("un/chat", ("dss-duty",))
        assert "network.called" in load_texts()

    def test_of_a_restricted_incident_nobody_is_told(self) -> None:
        scene = declared(joined=("UN",))
        scene.do("unhcr-duty", "restrict", named=["oict-duty"])
        entries = [*scene.do("unhcr-duty", "hybrid.activate", called=["dss-duty"], **MET)]
        entries += scene.do("unhcr-duty", "touch", matters=["personal_data"], aware_at=scene.at.isoformat())
        assert not [e for entry in entries for e in follow_ups(entry, scene.state) if e.action == "mail.send"]


class TestTheJointAssessment:
    def test_it_stands_when_both_have_signed_the_same_version(self) -> None:
        scene = _assessed()
        scene.do("oict-duty", "hybrid.sign", version=1)
        assert scene.state.hybrid is not None
        assert scene.state.hybrid.agreed == 0
        (_signed, agreed) = scene.do("dss-duty", "hybrid.sign", version=1)
        assert agreed.kind == Kind.ASSESSMENT_AGREE
        assert scene.state.hybrid.agreed == 1

    def test_a_change_is_signed_anew(self) -> None:
        scene = _assessed()
        scene.do("oict-duty", "hybrid.sign", version=1)
        scene.do("dss-duty", "hybrid.recommend", measure="preventive")
        assert scene.refused("dss-duty", "hybrid.sign", version=1).code == "version_conflict"
        scene.do("dss-duty", "hybrid.sign", version=2)
        assert scene.state.hybrid is not None
        assert scene.state.hybrid.agreed == 0

    def test_one_office_does_not_sign_for_both(self) -> None:
        scene = _assessed()
        scene.do("oict-duty", "hybrid.sign", version=1)
        assert scene.refused("oict-ciso", "hybrid.sign", version=1).code == "signed_already"

    def test_for_an_office_speaks_its_duty_officer(self) -> None:
        assert _assessed().refused("dss-responder", "hybrid.sign", version=1).code == "not_representative"

    def test_two_who_write_at_once_lose_nothing(self) -> None:
        error = _assessed().refused("dss-duty", "hybrid.assess", base=0, station="NBO", risk="low")
        assert error.code == "version_conflict"

    def test_every_version_is_kept(self) -> None:
        scene = _assessed()
        scene.do("dss-duty", "hybrid.assess", base=1, station="NBO", risk="very_high")
        assert scene.state.hybrid is not None
        assert [(each.version, each.risk) for each in scene.state.hybrid.assessments] == [
            (1, "high"),
            (2, "very_high"),
        ]

    def test_recommendations_become_tasks_on_their_own_side(self) -> None:
        scene = _agreed()
        assert scene.state.hybrid is not None
        tasks = list(tasks_of(scene.state.hybrid, scene.entries[-1]))
        assert [(task.command.args["office"], task.command.args["function"]) for task in tasks] == [
            ("DSS", "physical_security"),
            ("DSS", "physical_security"),
            ("OICT", "cyber"),
        ]
        assert tasks[0].command.args["hand_to"] == [
            "designated_official",
            "security_management_team",
            "security_adviser",
        ]

    def test_what_was_agreed_before_is_given_out_once(self) -> None:
        scene = _agreed()
        scene.do("dss-duty", "hybrid.recommend", texts={"text": "Lights."}, measure="preventive")
        scene.do("dss-duty", "hybrid.sign", version=4)
        (*_, agreed) = scene.do("oict-duty", "hybrid.sign", version=4)
        assert agreed.data["recommendations"] == ["P-3"]

    def test_a_side_takes_its_own_back_until_both_have_signed(self) -> None:
        scene = _assessed()
        scene.do("dss-duty", "hybrid.recommend", texts={"text": "Gards."}, measure="mitigating")
        scene.do("oict-duty", "hybrid.sign", version=2)
        refused = scene.refused("oict-duty", "hybrid.withdraw", recommendation="P-1")
        assert (refused.code, refused.source) == ("other_office", "002 §16")
        scene.do("dss-duty", "hybrid.withdraw", recommendation="p-1")
        assert scene.state.hybrid is not None
        assert (scene.state.hybrid.version, scene.state.hybrid.signed) == (3, {})
        assert scene.refused("dss-duty", "hybrid.withdraw", recommendation="P-1").code == "not_found"
        scene.do("dss-duty", "hybrid.recommend", texts={"text": "Guards."}, measure="mitigating")
        for who in ("oict-duty", "dss-duty"):
            scene.do(who, "hybrid.sign", version=4)
        assert scene.entries[-1].data["recommendations"] == ["P-2"]
        assert [each.agreed for each in scene.state.hybrid.recommendations] == [False, True]
        assert (
            scene.refused("dss-duty", "hybrid.withdraw", recommendation="P-2").code == "recommendation_agreed"
        )

    def test_one_of_an_earlier_record_goes_by_the_letter_that_it_was_given_there(self) -> None:
        scene = _assessed()
        (made,) = scene.do("dss-duty", "hybrid.recommend", texts={"text": "Gates."}, measure="mitigating")
        scene.entries[-1] = made.model_copy(update={"data": {**made.data, "recommendation": "H-1"}})
        (newer,) = scene.do("dss-duty", "hybrid.recommend", texts={"text": "Guards."}, measure="mitigating")
        assert newer.data["recommendation"] == "P-2"
        (taken_back,) = scene.do("dss-duty", "hybrid.withdraw", recommendation="H-1")
        assert taken_back.data["recommendation"] == "H-1"

    def test_a_network_that_begins_again_goes_on_from_what_was_assessed_and_signed(self) -> None:
        scene = _agreed()
        for who in ("oict-duty", "dss-duty"):
            scene.do(who, "hybrid.deactivate")
        scene.do("oict-duty", "hybrid.activate", texts={"basis": "Again."}, **{**MET, "danger": "staff"})
        network = scene.state.hybrid
        assert network is not None
        assert (network.judged_by, network.definition.danger, network.agreed) == (
            "oict-duty",
            Danger.STAFF,
            3,
        )
        assert scene.refused("oict-duty", "hybrid.sign", version=3).code == "signed_already"
        scene.do("oict-duty", "hybrid.recommend", texts={"text": "Cameras."}, measure="preventive")
        for who in ("oict-duty", "dss-duty"):
            scene.do(who, "hybrid.sign", version=4)
        assert scene.entries[-1].data["recommendations"] == ["P-3"], "no name is given twice"


class TestTheirTasks:
    @pytest.mark.parametrize(
        ("office", "function", "rule"),
        [
            (Office.DSS, Function.CYBER, "dss_physical_security_only"),
            (Office.DSS, Function.COORDINATION, "dss_physical_security_only"),
            (Office.OICT, Function.PHYSICAL_SECURITY, "oict_no_physical_security"),
        ],
    )
    def test_work_of_the_other_side_is_refused_with_the_paragraph(
        self, office: Office, function: Function, rule: str
    ) -> None:
        scene = _active()
        who = naming("dss-duty" if office is Office.DSS else "oict-duty")
        for named in ({"office": office}, owned_by(who["person"])):
            error = scene.refused("oict-duty", "task.add", organization="UN", function=function, **named)
            assert (error.code, error.source) == (rule, "002 §15-16")

    def test_a_task_of_an_office_is_taken_declined_and_done_by_that_office_alone(self) -> None:
        scene = _active()
        scene.do("dss-duty", "task.add", organization="UN", function="physical_security", office="DSS")
        for verb, said in (
            ("task.done", {}),
            ("task.decline", {}),
            ("task.assign", naming("un-legal")),
        ):
            error = scene.refused("un-legal", verb, task="UN-1", **said)
            assert (error.code, error.source) == ("other_office", "002 §16")
        scene.do("dss-duty", "task.assign", task="UN-1", **naming("dss-responder"))
        scene.do("dss-responder", "task.done", task="UN-1")

    def test_what_was_agreed_is_done_or_declined_when_the_incident_is_closed(self) -> None:
        scene = _agreed()
        assert scene.state.hybrid is not None
        for task in tasks_of(scene.state.hybrid, scene.entries[-1]):
            scene.do("oict-duty", "task.add", organization="UN", **task.command.args)
        scene.do("oict-duty", "task.add", organization="UN")
        scene.do("oict-duty", "hybrid.deactivate")
        scene.do("dss-duty", "hybrid.deactivate")
        scene.do("unhcr-duty", "close")

        scene.do("dss-duty", "task.decline", texts={"reason": "No budget."}, task="UN-2")
        scene.do("oict-duty", "task.done", task="UN-3")
        assert scene.refused("oict-duty", "task.done", task="UN-4").code == "incident_closed"
        assert [task.id for task in scene.part("UN").outlasting] == ["UN-1"]

    def test_command_is_cyber_work_and_goes_to_nobody_of_dss(self) -> None:
        scene = declared("oict-duty")
        error = scene.refused("oict-duty", "transfer", **naming("dss-duty"))
        assert (error.code, error.source) == ("dss_physical_security_only", "002 §15-16")
        assert Role.INCIDENT_COMMANDER.function is Function.CYBER


class TestItsEnd:
    def test_it_ends_when_both_have_said_so(self) -> None:
        scene = _active()
        scene.do("dss-duty", "hybrid.deactivate")
        assert scene.state.hybrid is not None
        assert scene.state.hybrid.is_active
        assert scene.refused("dss-duty", "hybrid.deactivate").code == "stood_down_already"
        scene.do("oict-duty", "hybrid.deactivate")
        assert not scene.state.hybrid.is_active
        scene.do("oict-duty", "hybrid.activate", **MET)
        assert scene.state.hybrid.stood_down == {}

    def test_the_incident_is_not_closed_over_it(self) -> None:
        scene = _active()
        error = scene.refused("unhcr-duty", "close")
        assert (error.code, error.source) == ("network_active", "002 §16")
        scene.do("oict-duty", "leave")
        scene.do("unhcr-duty", "close")


class TestPremisesAndStaff:
    def test_nobody_is_told_who_could_not_read_it(self) -> None:
        scene = _active()
        stranger: dict[str, Any] = {"named": ["wfp-ciso"], "organizations": ["WFP"]}
        error = scene.refused("unhcr-duty", "hybrid.expose", **stranger)
        assert (error.code, error.source) == ("not_a_party", "004 §7")
        scene.do("unhcr-duty", "restrict", named=["dss-duty", "wfp-ciso"])
        scene.do("unhcr-duty", "hybrid.expose", **stranger)
        error = scene.refused("unhcr-duty", "hybrid.expose", named=["oict-duty"], organizations=["UN"])
        assert (error.code, error.source) == ("restricted", "policy")
        scene.do("unhcr-duty", "hybrid.expose", named=["dss-duty"], organizations=["UN"])

    def test_who_is_in_danger_is_for_those_named_alone(self) -> None:
        scene = _active()
        (told,) = scene.do("unhcr-duty", "hybrid.expose", texts={"text": "Gate 2."}, named=["dss-duty"])
        assert told.marking is Marking.RED
        case = scene.case
        for who, may_read in {
            "dss-duty": True,
            "unhcr-duty": True,
            "oict-duty": False,
            "unhcr-ciso": False,
        }.items():
            assert bool(release(told, reader(who, case))) == may_read
