"""A run is given a playbook's structure and none of its words, and is driven by it as by the whole."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from playbooks import library
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import (
    ActionDue,
    DecisionDue,
    Outcome,
    Progress,
    QuestionDue,
    begin,
    ready,
    settle,
)
from playbooks.cacao.reading import read
from workflows.playbook.skeleton import skeleton

WORDY = b"""
playbook: Words everywhere
description: SECRET what it is for
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  found: {type: bool, description: SECRET was anything found?}
agents:
  the duty officer of SECRET: {role: incident_commander}
  WFP: {type: organization}
steps:
  - step: SECRET look
    description: SECRET how
    task: SECRET look at the files.
    by: the duty officer of SECRET
    answers: found
    undo:
      task: SECRET put it back.
  - step: SECRET side by side
    parallel:
      SECRET stream:
        - step: SECRET ask
          consult: {purpose: status_call, question: SECRET do you see it?}
          by: WFP
  - step: SECRET is it bad?
    if: found = true
    then:
      - step: SECRET tell
        announce: {message: SECRET it is bad}
        by: WFP
"""


def shipped() -> Playbook:
    found = library.shipped("ransomware").playbook
    assert found is not None
    return found


def wordy() -> Playbook:
    reading = read(WORDY)
    assert reading.playbook is not None, reading.findings
    return reading.playbook


def _words(value: Any, name: str = "") -> Iterator[str]:
    """What stands under names that hold people's words."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _words(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, name)
    elif isinstance(value, str) and name in (
        "name",
        "description",
        "command",
        "content",
        "message",
        "question",
    ):
        yield value


def test_no_word_of_a_playbook_is_in_its_skeleton() -> None:
    assert "SECRET" in wordy().model_dump_json()
    assert "SECRET" not in skeleton(wordy()).model_dump_json()


def test_nor_of_the_one_that_ships() -> None:
    text = skeleton(shipped()).model_dump_json()
    written = json.loads(shipped().model_dump_json())
    prose = [words for words in _words(written) if " " in words]

    assert len(prose) > 50
    assert [words for words in prose if json.dumps(words, ensure_ascii=False) in text] == []


def test_what_only_its_author_knows_stays_with_the_content() -> None:
    document = json.loads(wordy().model_dump_json(exclude_defaults=True, by_alias=True))
    document["x_note"] = "SECRET remark"
    step = next(iter(document["workflow"].values()))
    step["x_note"] = "SECRET remark"
    document["agent_definitions"] |= {
        "individual--38d7e42c-ce87-4a63-8f0a-94280de628f5": {
            "type": "individual",
            "name": "SECRET person",
            "contact": {"phone": {"work": "SECRET number"}},
        }
    }
    playbook = Playbook.model_validate(document)

    assert "SECRET" not in skeleton(playbook).model_dump_json()


def test_a_condition_in_words_is_asked_of_a_person() -> None:
    playbook = wordy()
    id, step = next((id, step) for id, step in playbook.workflow.items() if step.type == "if-condition")
    prose = step.model_copy(update={"condition": "SECRET the press has called"})
    bare = skeleton(playbook.model_copy(update={"workflow": {**playbook.workflow, id: prose}}))

    asked: list[QuestionDue] = []
    progress = begin(bare, {})
    while not progress.is_finished and not asked:
        asked = [due for due in ready(bare, progress) if isinstance(due, QuestionDue)]
        progress = progress if asked else _all_done(bare, progress)
    assert asked
    assert "SECRET" not in f"{asked}"


@pytest.mark.parametrize("playbook", [shipped(), wordy()], ids=["ransomware", "wordy"])
@pytest.mark.parametrize("answer", ["true", "false"])
def test_the_skeleton_leads_where_the_playbook_leads(playbook: Playbook, answer: str) -> None:
    bare = skeleton(playbook)
    whole_way, bare_way = begin(playbook, {}), begin(bare, {})
    for _round in range(40):
        dues, bare_dues = ready(playbook, whole_way), ready(bare, bare_way)
        assert [(type(due), due.key) for due in dues] == [(type(due), due.key) for due in bare_dues]
        for due, of_bare in zip(dues, bare_dues, strict=True):
            if isinstance(due, ActionDue) and isinstance(of_bare, ActionDue):
                assert due.notes.function == of_bare.notes.function
                assert [ask.name for ask in due.asks] == [ask.name for ask in of_bare.asks]
                assert [each.type for each in due.commands] == [each.type for each in of_bare.commands]
        if whole_way.is_finished:
            break
        whole_way, bare_way = _all_done(playbook, whole_way, answer), _all_done(bare, bare_way, answer)
    assert whole_way.is_finished
    assert bare_way.is_finished


def _all_done(playbook: Playbook, progress: Progress, answer: str = "true") -> Progress:
    for due in ready(playbook, progress):
        if isinstance(due, ActionDue):
            given = {ask.name: _value(ask.type, answer) for ask in due.asks}
            progress = settle(playbook, progress, due.key, Outcome(out_args=given))
        elif isinstance(due, QuestionDue):
            progress = settle(playbook, progress, due.key, Outcome(answer=answer))
        else:
            assert not isinstance(due, DecisionDue)
    return progress


def _value(type: str, answer: str) -> str:
    return {"bool": answer, "integer": "2"}.get(type, "approved")


REQUESTS = b"""
playbook: Requests
created: 2026-11-22T08:00:00.000Z
variables:
  host: {type: string, value: asset-7}
agents:
  lead organization: {organization: lead}
targets:
  console:
    type: http-api
    address: {url: [https://edr.example.org/SECRET]}
    authentication_info: http-basic--8d8cec9a-9dca-4eda-9fbb-dbeabe8bbc09
authentication_info_definitions:
  http-basic--8d8cec9a-9dca-4eda-9fbb-dbeabe8bbc09: {type: http-basic, kms: true, kms_key_identifier: edr}
steps:
  - step: Isolate
    by: lead organization
    on: console
    http-api: POST /SECRET/__host__:value/isolate HTTP/1.1
"""


def test_of_a_request_the_method_the_account_and_the_values_are_kept() -> None:
    reading = read(REQUESTS)
    assert reading.playbook is not None, reading.findings
    bare = skeleton(reading.playbook)
    assert "SECRET" not in bare.model_dump_json()
    assert "edr.example.org" not in bare.model_dump_json()
    progress = begin(bare, {})
    (due,) = ready(bare, progress)
    assert isinstance(due, ActionDue)
    assert due.commands[0].command == "POST"
    assert due.commands[0].arguments == {"account": "edr", "endpoints": 1}
    assert due.in_args == {"__host__": "asset-7"}
