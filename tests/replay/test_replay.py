"""Histories that were recorded replay: what runs at a release goes on after it.

When a workflow is meant to do something else, guard it with `workflow.patched`, or record anew while nothing is
released: `python -m tests.replay.record`.
"""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from playbooks.domain.errors import IncidentError
from tests.replay.record import HISTORIES
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import Keyring
from workflows.sandbox import sandboxed_runner
from workflows.worker import WORKFLOWS

RECORDED = sorted(HISTORIES.glob("*.json"))
SCHEDULED = "activityTaskScheduledEventAttributes"
Event = dict[str, Any]


def _replayer() -> Replayer:
    """As the worker is, its payloads in the clear."""
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=sandboxed_runner(),
        workflow_failure_exception_types=[IncidentError],
        data_converter=dataclasses.replace(data_converter(Keyring(keys={})), payload_codec=None),
    )


def _history(path: Path, change: Callable[[list[Event]], None] = lambda _events: None) -> WorkflowHistory:
    recorded = json.loads(path.read_text("utf-8"))
    change(recorded["events"])
    return WorkflowHistory.from_json(path.stem, recorded)


def _kind(path: Path) -> str:
    begun = json.loads(path.read_text("utf-8"))["events"][0]["workflowExecutionStartedEventAttributes"]
    return str(begun["workflowType"]["name"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path) -> None:
    await _replayer().replay_workflow(_history(path))


def test_there_is_a_history_of_every_workflow() -> None:
    assert {_kind(path) for path in RECORDED} == {each.__name__ for each in WORKFLOWS}


@pytest.mark.parametrize("kind", ["incident", "part-wfp", "playbook-r-1"])
async def test_an_activity_under_another_id_does_not_replay(kind: str) -> None:
    def changed(events: list[Event]) -> None:
        scheduled = next(each[SCHEDULED] for each in events if SCHEDULED in each)
        scheduled["activityId"] += "-changed"

    with pytest.raises(NondeterminismError):
        await _replayer().replay_workflow(_history(HISTORIES / f"{kind}.json", changed))


def test_the_histories_are_small_and_name_no_machine() -> None:
    for path in RECORDED:
        text = path.read_text("utf-8")
        assert len(text) < 400_000, path.name
        assert json.dumps("binary/encrypted") not in text
        assert {line.strip().rstrip(",") for line in text.splitlines() if '"identity"' in line} <= {
            '"identity": "worker"'
        }
