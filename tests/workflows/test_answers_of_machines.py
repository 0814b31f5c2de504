"""What a machine answers over HTTP fills a run's variables: a word travels, prose stays in the record."""

import pytest

from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from tests.workflows.test_several_answers import text_of_task
from tests.workflows.test_words import is_read_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARK = "Wolkenkuckucksheim"
ASKS = b"""
playbook: Ask and act
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  host: {type: string, value: srv-1}
  verdict: {type: string}
  score: {type: integer}
  seen: string
  quarantined: {type: bool, value: false}
authentication:
  the console: {type: http-basic, kms: true, kms_key_identifier: console}
agents:
  lead organization: {organization: lead}
targets:
  console: {type: http-api, address: {url: [CONSOLE]}, authentication_info: the console}
steps:
  - step: Ask
    http-api: GET /v1/hosts/__host__:value/verdict HTTP/1.1
    by: lead organization
    on: console
    answers: [verdict, score, seen, quarantined]
    found_at: {score: /data/0/score}
  - step: Bad?
    switch: verdict
    cases:
      malicious:
        - step: Take it off
          task: Take __host__:value off; score __score__:value, __seen__:value.
          by: lead organization
      default:
        - {step: Leave it, task: Leave it., by: lead organization}
  - step: Is it in quarantine?
    if: quarantined = true
    then:
      - {step: Let it out, task: Let it out., by: lead organization}
"""


async def test_a_machines_answer_decides_what_it_says_and_a_person_what_it_does_not(house: House) -> None:
    house.machine.answers["/verdict"] = {
        "verdict": "malicious",
        "data": [{"score": 71}],
        "seen": f"since March, by the bank of {MARK}",
        "quarantined": "perhaps",
    }
    house.playbooks["ask"] = ASKS.replace(b"CONSOLE", house.machine.url.encode())
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="ask")
    said = await text_of_task(house, key, "Take it off")
    assert said == f"Take srv-1 off; score 71, since March, by the bank of {MARK}."
    await house.do("unhcr-duty", "task.done", key, task=(await house.waiting_task(key, "Take srv-1")).id)
    question = await house.waiting_task(key, "Is it in quarantine?")
    assert question.answers == ("true", "false"), (
        "what was not said is asked of a person, and never silently false"
    )
    await house.do("unhcr-duty", "task.done", key, task=question.id, answer="false")
    await house.ended(f"playbook/{key}/R-1")
    (ended,) = [
        each
        async for _at, each in house.muster.record.entries(key)
        if each.kind == Kind.EFFECT_CONCLUDE and each.data["action"] == "http.read"
    ]
    assert ended.data["given"] == {"verdict": "malicious", "score": "71"}
    assert (ended.data["told"], ended.data["unsaid"]) == (["seen"], ["quarantined"])
    assert MARK in ended.texts["answer.seen"]
    assert ended.audience == ("UNHCR",), (
        "what a machine answers its organization's part hears, as what people do"
    )
    for id in (f"playbook/{key}/R-1", f"part/UNHCR/{key}"):
        assert not await is_read_in(house, await house.handle(id).fetch_history(), MARK)
    assert await until(lambda: _outcome(house, key), "the run ends") == "successful"


async def _outcome(house: House, key: IncidentKey) -> str | None:
    found = (await house.live(key)).runs.get("R-1", "running")
    return None if found == "running" else found
