"""Who answers a question for an organization, and when."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.command import Command
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError, Malformed, Refused
from playbooks.domain.judging.answer import judge_answer
from tests.casts import Scene, command, declared, naming


def asked(purpose: str = "approval", of: tuple[str, ...] = ("UNHCR", "WFP"), needed: int = 0) -> Scene:
    scene = declared(joined=["WFP", "UNICC"])
    scene.do("unhcr-ciso", "ask", purpose=purpose, asked=list(of), deadline_minutes=60, needed=needed)
    return scene


def refused(scene: Scene, who: str, option: str = "approve") -> IncidentError:
    return scene.refused(who, "answer", consultation="C-1", option=option)


@pytest.mark.parametrize("who", ["wfp-ciso", "wfp-duty"])
def test_the_ciso_and_the_duty_officer_answer_for_their_organization(who: str) -> None:
    scene = asked()
    (entry,) = scene.do(who, "answer", consultation="C-1", option="approve")

    assert entry.data == {"consultation": "C-1", "organization": "WFP", "option": "approve", "late": False}


@pytest.mark.parametrize("who", ["wfp-legal", "wfp-responder"])
def test_others_do_not(who: str) -> None:
    error = refused(asked(), who)

    assert (type(error), error.code, error.source) == (Refused, "not_representative", "004 §4")


def test_only_who_was_asked_answers() -> None:
    error = refused(asked(), "unicc-ciso")

    assert (type(error), error.code, error.source) == (Refused, "not_asked", "policy")


def test_nobody_approves_her_own_request() -> None:
    scene = asked()
    error = refused(scene, "unhcr-ciso")

    assert (type(error), error.code, error.source) == (Refused, "own_request", "policy")
    scene.do("unhcr-duty", "answer", consultation="C-1", option="approve")


def test_but_she_answers_her_own_status_call() -> None:
    scene = asked("status_call")
    scene.do("unhcr-ciso", "answer", consultation="C-1", option="affected")


@pytest.mark.parametrize("option", ["affected", "", "APPROVE", "yes"])
def test_an_approval_takes_its_options_alone(option: str) -> None:
    error = refused(asked(), "wfp-ciso", option)

    assert (type(error), error.code) == (Malformed, "unknown_option")


def test_a_late_answer_is_taken_as_late() -> None:
    scene = asked(needed=1)
    scene.at += timedelta(minutes=61)
    (entry,) = scene.do("wfp-ciso", "answer", consultation="C-1", option="approve")

    assert entry.data["late"] is True
    assert scene.consultation().tally.outcome == "open"


def test_of_two_answers_the_last_counts() -> None:
    scene = asked(needed=1)
    scene.do("wfp-ciso", "answer", consultation="C-1", option="approve")
    scene.do("wfp-duty", "answer", consultation="C-1", option="reject")

    consultation = scene.consultation()
    assert len(consultation.answers) == 2
    assert consultation.tally.counts == {"approve": 0, "reject": 1}


class TestTheApprovalOfAnAct:
    """By persons; a playbook asks, for the person who had it run."""

    @staticmethod
    def asked(*, fresh: bool = False) -> Scene:
        scene = declared(joined=["WFP"])
        scene.do(
            "playbook of UNHCR",
            "ask",
            purpose="approval",
            asked=["UNHCR"],
            asked_by="unhcr-ciso",
            deadline_minutes=60,
            needed=2,
            by_person=True,
            fresh=fresh,
        )
        return scene

    def test_who_had_the_playbook_run_approves_none_of_it(self) -> None:
        assert refused(self.asked(), "unhcr-ciso").code == "own_request"

    def test_the_incident_commander_approves_for_her_organization(self) -> None:
        scene = self.asked()
        assert refused(scene, "unhcr-responder").code == "not_representative"
        scene.do("unhcr-duty", "transfer", **naming("unhcr-responder"))
        scene.do("unhcr-responder", "answer", consultation="C-1", option="approve")

    def test_but_not_for_another(self) -> None:
        assert refused(self.asked(), "wfp-ciso").code == "not_asked"

    @pytest.mark.parametrize("ago", [None, timedelta(minutes=6), timedelta(minutes=-6)])
    def test_where_two_must_agree_a_passkey_used_long_ago_or_nowhere_does_not_do(
        self, ago: timedelta | None
    ) -> None:
        scene = self.asked(fresh=True)
        proven = None if ago is None else scene.at + timedelta(minutes=1) - ago
        error = scene.refused("unhcr-duty", "answer", consultation="C-1", option="approve", proven_at=proven)
        assert error.code == "passkey_needed"

    def test_a_passkey_used_a_moment_ago_does_and_the_record_says_so(self) -> None:
        scene = self.asked(fresh=True)
        (entry,) = scene.do("unhcr-duty", "answer", consultation="C-1", option="approve", proven_at=scene.at)
        assert entry.data["fresh"] is True

    def test_a_person_cannot_ask_in_the_name_of_another(self) -> None:
        scene = declared()
        scene.do(
            "unhcr-ciso",
            "ask",
            purpose="approval",
            asked=["UNHCR"],
            asked_by="unhcr-duty",
            deadline_minutes=60,
            by_person=True,
        )
        assert refused(scene, "unhcr-ciso").code == "own_request"


ROLL = {"UNHCR": "member", "WFP": "member", "UNICC": "observer", "UN": "member"}


def _voting() -> Scene:
    scene = declared(joined=("WFP", "UNICC", "UN"))
    asked = ["UNHCR", "WFP", "UN"]
    scene.do("unhcr-duty", "ask", purpose="vote", asked=asked, roll=ROLL, deadline_minutes=60)
    return scene


class TestVotes:
    def test_observers_are_not_asked_to_vote(self) -> None:
        scene = declared(joined=("WFP", "UNICC"))
        error = scene.refused(
            "unhcr-duty", "ask", purpose="vote", asked=["WFP", "UNICC"], roll=ROLL, deadline_minutes=60
        )
        assert (error.code, error.source) == ("no_vote", "004 §6")

    def test_an_organization_votes_by_its_ciso(self) -> None:
        scene = _voting()
        for who in ("wfp-duty", "dss-duty"):
            error = scene.refused(who, "answer", consultation="C-1", option="for")
            assert (error.code, error.source) == ("not_voter", "004 §4, §6")
        scene.do("wfp-ciso", "answer", consultation="C-1", option="for")
        scene.do("oict-ciso", "answer", consultation="C-1", option="abstain")
        scene.do("unhcr-ciso", "answer", consultation="C-1", option="against")
        assert scene.consultation().tally.outcome == "not_carried"

    def test_who_is_not_on_the_roll_has_no_vote(self) -> None:
        assert _voting().refused("unicc-ciso", "answer", consultation="C-1", option="for").code == "not_asked"

    def test_the_quorum_is_more_than_half_unless_said(self) -> None:
        scene = _voting()
        assert scene.consultation().question.quorum == 2
        error = scene.refused(
            "unhcr-duty", "ask", purpose="vote", asked=["WFP"], roll=ROLL, quorum=2, deadline_minutes=60
        )
        assert error.code == "bad_quorum"


class TestAidAndSignatures:
    def test_an_offer_says_hours_and_skills(self) -> None:
        scene = declared(joined=("WFP", "UNICC"))
        scene.do("unhcr-duty", "ask", purpose="mutual_aid", asked=["WFP", "UNICC"], deadline_minutes=60)
        assert scene.refused("wfp-duty", "answer", consultation="C-1", option="offer").code == "hours_needed"
        scene.do("wfp-duty", "answer", consultation="C-1", option="offer", hours=16, skills=["forensics"])
        (offer,) = scene.consultation().answers
        assert (offer.hours, offer.skills) == (16, ("forensics",))
        scene.do("unicc-duty", "answer", consultation="C-1", option="cannot")

    def test_the_office_that_is_asked_signs_and_nobody_in_its_stead(self) -> None:
        scene = declared(joined=("WFP",))
        scene.do("unhcr-duty", "ask", purpose="sign_off", signs="legal", asked=["WFP"], deadline_minutes=60)
        for who in ("wfp-ciso", "wfp-duty"):
            assert scene.refused(who, "answer", consultation="C-1", option="sign").code == "not_signer"
        scene.do("wfp-legal", "answer", consultation="C-1", option="sign")
        assert scene.consultation().tally.outcome == "signed"

    def test_each_purpose_takes_its_own_options(self) -> None:
        scene = declared(joined=("WFP",))
        scene.do("unhcr-duty", "ask", purpose="opt_in", asked=["WFP"], deadline_minutes=60)
        assert (
            scene.refused("wfp-ciso", "answer", consultation="C-1", option="approve").code == "unknown_option"
        )
        scene.do("wfp-ciso", "answer", consultation="C-1", option="in")


def by_mail(scene: Scene, who: str, option: str) -> Command:
    """The answer that the press of a link is."""
    given = command(
        "link:1", "answer", who, at=scene.at, incident=scene.key, consultation="C-1", option=option
    )
    own = connection_id(given.actor.organization, "mail")
    return given.model_copy(update={"actor": given.actor.model_copy(update={"via": own})})


def judged(scene: Scene, given: Command) -> Entry:
    (entry,) = judge_answer(scene.state, scene.consultation().question, ("parties",), given, scene.at)
    return entry


def test_an_answer_by_the_link_in_a_mail_says_so() -> None:
    scene = asked("status_call")
    entry = judged(scene, by_mail(scene, "wfp-ciso", "affected"))

    assert entry.data["by_link"]


@pytest.mark.parametrize("purpose", ["approval", "vote", "sign_off"])
def test_what_others_act_on_is_not_answered_by_a_link(purpose: str) -> None:
    scene = declared(joined=["WFP", "UNICC"])
    more: dict[str, Any] = {"roll": {"WFP": "member"}, "signs": "ciso"}
    scene.do("unhcr-ciso", "ask", purpose=purpose, asked=["WFP"], deadline_minutes=60, **more)
    option = {"approval": "approve", "vote": "for", "sign_off": "sign"}[purpose]

    with pytest.raises(Refused) as caught:
        judged(scene, by_mail(scene, "wfp-ciso", option))
    assert caught.value.code == "sign_in_to_answer"


def test_a_link_gives_nobody_a_right_that_she_has_no_more() -> None:
    scene = asked("status_call")

    with pytest.raises(Refused) as caught:
        judged(scene, by_mail(scene, "wfp-responder", "affected"))
    assert caught.value.code == "not_representative"


def test_an_answer_to_a_question_whose_outcome_was_certain_already_is_late() -> None:
    scene = asked(needed=1)
    given = command(
        "c:late", "answer", "wfp-ciso", at=scene.at, incident=scene.key, consultation="C-1", option="reject"
    )
    question = scene.consultation().question
    (entry,) = judge_answer(scene.state, question, ("parties",), given, scene.at, closed=True)

    assert entry.data["late"]
