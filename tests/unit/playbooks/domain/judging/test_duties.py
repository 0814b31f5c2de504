"""Reporting duties: started by what an organization declares of itself, approved and settled by itself alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.clocks import Clock
from playbooks.domain.duties import DutyStatus
from playbooks.domain.duty_warnings import duty_warning
from playbooks.domain.kinds import Kind
from playbooks.domain.release import release
from playbooks.texts import load_texts
from tests.casts import NOON, Scene, declared, reader

CLOCKS = [
    {
        "id": "board-1m",
        "length": {"months": 1},
        "receiver": "Audit committee",
        "approves": "executive",
        "policy": "Statute 12",
    },
    {
        "id": "data-72h",
        "trigger": "personal_data",
        "length": {"hours": 72},
        "receiver": "Data protection office",
        "time_zone": "Europe/Rome",
        "approves": "legal",
        "policy": "Policy on data, 9.2",
    },
]
YESTERDAY = (NOON - timedelta(days=1)).isoformat()


def _started(aware_at: str) -> list[dict[str, Any]]:
    """The clocks as a front end gives them."""
    at = datetime.fromisoformat(aware_at)
    return [Clock.model_validate(clock).start(at).model_dump(mode="json") for clock in CLOCKS]


def _aware() -> Scene:
    scene = declared(joined=("WFP", "UN"))
    scene.do("wfp-duty", "awareness", aware_at=YESTERDAY, clocks=_started(YESTERDAY))
    scene.do(
        "wfp-duty",
        "touch",
        matters=["personal_data"],
        aware_at=NOON.isoformat(),
        clocks=_started(NOON.isoformat()),
    )
    return scene


def test_each_declaration_starts_the_clocks_that_it_triggers_from_when_it_was_known() -> None:
    duties = _aware().state.duties
    assert {id: (d.clock, d.started_at, d.due_at) for id, d in duties.items()} == {
        "D-1": ("board-1m", NOON - timedelta(days=1), NOON.replace(month=12, day=21)),
        "D-2": ("data-72h", NOON, NOON + timedelta(hours=72)),
    }


def test_what_an_organization_declared_is_its_own_and_never_changes() -> None:
    scene = _aware()
    assert (
        scene.refused(
            "wfp-ciso", "awareness", aware_at=NOON.isoformat(), clocks=_started(NOON.isoformat())
        ).code
        == "awareness_declared"
    )
    again = scene.refused("wfp-ciso", "touch", matters=["personal_data"], aware_at=NOON.isoformat())
    assert again.code == "already_touched"
    scene.do("unhcr-duty", "awareness", aware_at=NOON.isoformat(), clocks=_started(NOON.isoformat()))
    assert [d.organization for d in scene.state.duties.values()] == ["WFP", "WFP", "UNHCR"]


def test_nobody_declares_what_is_still_to_come() -> None:
    scene = declared()
    ahead = (NOON + timedelta(hours=2)).isoformat()
    for verb, said in (("awareness", {}), ("touch", {"matters": ["finance"]})):
        assert scene.refused("unhcr-duty", verb, aware_at=ahead, **said).code == "future_time"


def test_a_network_is_told_once_though_several_organizations_are_touched() -> None:
    scene = _aware()
    told = [m for e in scene.entries for m in follow_ups(e, scene.state) if m.action == "mail.send"]
    assert [(m.text, m.args["to"]) for m in told] == [("network.touched.personal_data", ("dpo-network",))]
    assert all(m.text in load_texts() for m in told)
    (again,) = scene.do("unhcr-duty", "touch", matters=["personal_data"], aware_at=NOON.isoformat())
    assert not [m for m in follow_ups(again, scene.state) if m.action == "mail.send"]


class TestSettling:
    def test_who_approves_is_as_the_clock_says(self) -> None:
        scene = _aware()
        error = scene.refused("wfp-duty", "duty.approve", duty="D-2")
        assert (error.code, error.source) == ("not_approver", "Policy on data, 9.2")
        scene.do("wfp-legal", "duty.approve", duty="D-2")
        assert scene.state.duties["D-2"].approved_by == "wfp-legal"
        assert scene.refused("wfp-legal", "duty.approve", duty="D-2").code == "duty_approved"

    def test_nothing_is_met_before_it_is_approved(self) -> None:
        scene = _aware()
        assert scene.refused("wfp-duty", "duty.meet", duty="D-2").code == "duty_not_approved"
        scene.do("wfp-legal", "duty.approve", duty="D-2")
        scene.do("wfp-duty", "duty.meet", duty="D-2")
        assert scene.state.duties["D-2"].status is DutyStatus.MET
        assert scene.refused("wfp-duty", "duty.meet", duty="D-2").code == "duty_settled"

    def test_what_was_met_late_is_so_in_the_record(self) -> None:
        scene = _aware()
        scene.at += timedelta(hours=80)
        scene.do("wfp-legal", "duty.approve", duty="D-2")
        (met,) = scene.do("wfp-duty", "duty.meet", duty="D-2")
        assert met.data["late"]
        assert scene.state.duties["D-2"].is_late

    @pytest.mark.parametrize("verb", ["duty.approve", "duty.meet", "duty.waive"])
    def test_each_decides_on_its_own_duties_alone_and_dss_on_none(self, verb: str) -> None:
        scene = _aware()
        assert scene.refused("unhcr-legal", verb, duty="D-2").code == "own_part_only"
        scene.do("oict-duty", "awareness", aware_at=YESTERDAY, clocks=_started(YESTERDAY))
        assert scene.refused("dss-duty", verb, duty="D-3").source == "002 §15-16"
        assert scene.refused("wfp-legal", verb, duty="D-9").code == "not_found"

    def test_what_is_not_reportable_is_waived_by_who_approves_with_a_reason(self) -> None:
        scene = _aware()
        assert scene.refused("wfp-duty", "duty.waive", duty="D-2").code == "not_approver"
        scene.do("wfp-legal", "duty.waive", texts={"reason": "Nobody's data."}, duty="D-2")
        assert [each.id for each in scene.state.owed_duties] == ["D-1"]

    def test_a_duty_outlasts_the_incident(self) -> None:
        scene = _aware()
        scene.do("unhcr-duty", "close")
        scene.do("wfp-legal", "duty.approve", duty="D-2")
        scene.do("wfp-duty", "duty.meet", duty="D-2")
        assert scene.refused("wfp-duty", "awareness", aware_at=YESTERDAY).code == "incident_closed"


class TestWhoSees:
    def test_an_organizations_clocks_are_seen_by_itself_and_the_lead(self) -> None:
        scene = _aware()
        started = [e for e in scene.entries if e.kind == Kind.DUTY_START]
        started.append(duty_warning(scene.state, scene.state.duties["D-2"], NOON + timedelta(hours=40)))
        for entry in started:
            for who, may_read in {"wfp-legal": True, "unhcr-duty": True, "oict-duty": False}.items():
                assert bool(release(entry, reader(who, scene.case))) == may_read

    def test_what_is_missed_wakes_the_organization_whose_duty_it_is(self) -> None:
        scene = _aware()
        duty = scene.state.duties["D-2"]
        warned = duty_warning(scene.state, duty, duty.due_at - timedelta(hours=1))
        missed = duty_warning(scene.state, duty, duty.due_at)
        assert (warned.kind, missed.kind) == (Kind.DUTY_WARN, Kind.DUTY_MISS)
        paged = [e.connection for e in follow_ups(missed, scene.state) if e.action == "page.trigger"]
        assert paged == ["wfp/pager"]
        assert not [e for e in follow_ups(warned, scene.state) if e.action == "page.trigger"]


def test_a_clock_that_would_run_out_before_it_starts_is_none() -> None:
    clocks = _started((NOON - timedelta(days=90)).isoformat())
    error = declared().refused("unhcr-duty", "awareness", aware_at=NOON.isoformat(), clocks=clocks)
    assert error.code == "malformed_command"
