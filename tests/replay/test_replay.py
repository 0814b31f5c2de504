"""Histories that were recorded replay: what runs at a release goes on after it.

Each release leaves its histories here in a folder of its own, for good; `unreleased` is recorded anew as long as
nothing of it is released: `python -m tests.replay.record`. After that a workflow that is meant to do something else is
guarded with `workflow.patched` (docs/developing.md).
"""

import dataclasses
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from playbooks.actions.approvals import ApprovalRule
from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import read
from playbooks.domain.errors import IncidentError
from tests.replay.record import CONTENTS, HISTORIES, UNRELEASED
from workflows.activities.shelf import MARK, Shelved, fill_shelf
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import Keyring
from workflows.playbook.skeleton import skeleton
from workflows.sandbox import sandboxed_runner
from workflows.worker import WORKFLOWS

RECORDED = sorted(HISTORIES.glob("*/*.json"))
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


@pytest.fixture(autouse=True)
async def on_the_shelf() -> None:
    """The playbooks that the histories speak of, by the rule that each of them names."""
    for path in RECORDED:
        for shelved in _shelved(json.loads(path.read_text("utf-8"))):
            await fill_shelf(shelved, partial(_structure, path.parent / CONTENTS))


async def _structure(folder: Path, sha256: str, rule: ApprovalRule) -> Playbook:
    playbook = read((folder / sha256).read_bytes()).playbook
    assert playbook is not None
    return skeleton(playbook, rule)


def _shelved(value: object) -> Iterator[Shelved]:
    if isinstance(value, dict):
        data = b64decode(value["data"]) if isinstance(value.get("data"), str) else b""
        if data.startswith(MARK):
            yield Shelved.model_validate_json(data)
        value = list(value.values())
    if isinstance(value, list):
        yield from (found for each in value for found in _shelved(each))


def _kind(path: Path) -> str:
    begun = json.loads(path.read_text("utf-8"))["events"][0]["workflowExecutionStartedEventAttributes"]
    return str(begun["workflowType"]["name"])


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_a_recorded_history_replays(path: Path) -> None:
    await _replayer().replay_workflow(_history(path))


async def test_a_run_that_does_not_go_on_as_new_where_it_did_does_not_replay() -> None:
    def unsuggested(events: list[Event]) -> None:
        for each in events:
            each.get("workflowTaskStartedEventAttributes", {}).pop("suggestContinueAsNew", None)

    path = UNRELEASED / "playbook-r-3-1.json"
    assert (
        "workflowExecutionContinuedAsNewEventAttributes" in json.loads(path.read_text("utf-8"))["events"][-1]
    )
    with pytest.raises(NondeterminismError):
        await _replayer().replay_workflow(_history(path, unsuggested))


def test_there_is_a_history_of_every_workflow() -> None:
    assert {_kind(path) for path in RECORDED} == {each.__name__ for each in WORKFLOWS}


@pytest.mark.parametrize("kind", ["incident", "part-wfp", "playbook-r-1"])
async def test_an_activity_under_another_id_does_not_replay(kind: str) -> None:
    def changed(events: list[Event]) -> None:
        scheduled = next(each[SCHEDULED] for each in events if SCHEDULED in each)
        scheduled["activityId"] += "-changed"

    with pytest.raises(NondeterminismError):
        await _replayer().replay_workflow(_history(UNRELEASED / f"{kind}.json", changed))


def test_the_histories_are_small_and_name_no_machine() -> None:
    for path in RECORDED:
        text = path.read_text("utf-8")
        assert len(text) < 500_000, path.name
        assert json.dumps("binary/encrypted") not in text
        assert {line.strip().rstrip(",") for line in text.splitlines() if '"identity"' in line} <= {
            '"identity": "worker"'
        }
