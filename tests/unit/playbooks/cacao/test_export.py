"""Export, the hash of a playbook, and secrets that stay out."""

import json

from playbooks.cacao.export import content_hash, export
from playbooks.cacao.finding import Verdict
from playbooks.cacao.model import ActionStep
from playbooks.cacao.reading import read
from playbooks.cacao.secrets import WITHHELD, without_secrets
from tests.unit.playbooks.cacao.samples import BLOCK, GOOD, LOGIN, LOOK, Document, changed, playbook, reading


def test_export_has_the_standards_order_of_properties() -> None:
    exported = json.loads(export(playbook(dict(reversed(GOOD.items())))))
    assert list(exported)[:6] == ["type", "spec_version", "id", "name", "description", "playbook_types"]
    assert exported == GOOD


def test_what_the_schema_would_not_take_is_said_in_a_form_it_takes() -> None:
    def change(document: Document) -> None:
        document["description"] = None
        document["labels"] = []
        document["workflow"][LOOK] |= {"delay": 0, "commands": [], "in_args": []}
        del document["workflow"][LOOK]["agent"]
        document["playbook_variables"]["__limit__"]["value"] = 5
        document["playbook_variables"]["__map__"] = {"type": "dictionary", "value": {"a": [1]}}

    exported = json.loads(export(playbook(changed(change))))
    assert not {"description", "labels"} & set(exported)
    step = exported["workflow"][LOOK]
    assert step["commands"] == [{"type": "manual", "command": "Look the address up"}]
    assert exported["agent_definitions"][step["agent"]]["name"] == "incident commander"
    assert not {"delay", "in_args"} & set(step)
    assert exported["playbook_variables"]["__limit__"]["value"] == "5"
    assert exported["playbook_variables"]["__map__"]["value"] == '{"a":[1]}'
    assert read(export(playbook(changed(change)))).verdict is not Verdict.REFUSED


def test_the_hash_is_of_the_content_and_not_of_its_layout() -> None:
    laid_out = json.dumps(dict(reversed(GOOD.items())), indent=7)
    assert content_hash(playbook(laid_out)) == content_hash(playbook(GOOD))
    assert content_hash(playbook(changed(lambda d: d.update(name="Another")))) != content_hash(playbook(GOOD))


def test_the_hash_is_the_one_anybody_can_compute() -> None:
    tiny = playbook(GOOD).model_copy(update={})
    assert len(content_hash(tiny)) == 64
    assert content_hash(playbook(GOOD)) == f"{content_hash(tiny)}"


def test_literal_secrets_are_taken_out_everywhere() -> None:
    def change(document: Document) -> None:
        document["authentication_info_definitions"][LOGIN]["password"] = "hunter2"
        document["authentication_info_definitions"]["oauth2--x"] = {
            "type": "oauth2", "oauth_header": "Bearer", "token": "__token__:value",
        }  # fmt: skip
        document["playbook_variables"]["__token__"] = {"type": "string", "value": "hunter3"}
        document["workflow"][BLOCK]["commands"][0]["headers"]["Authorization"] = [
            "Bearer hunter4",
            "__token__:value",
        ]

    document = changed(change)
    answer = reading(document)
    assert answer.playbook is not None
    assert "hunter" not in answer.playbook.model_dump_json()
    assert "hunter" not in "".join(map(str, answer.findings))
    step = answer.playbook.workflow[BLOCK]
    assert isinstance(step, ActionStep)
    assert step.commands[0].headers["Authorization"] == (WITHHELD, "__token__:value")
    assert "hunter2" in json.dumps(document), "what was given in is not changed"
    assert sum("secret" in finding.problem for finding in answer.findings) >= 3


def test_a_playbook_without_secrets_is_left_as_it_is() -> None:
    clean, findings = without_secrets(GOOD)
    assert (clean, findings) == (GOOD, [])


def test_a_signed_playbook_is_written_as_it_was_read() -> None:
    def change(document: Document) -> None:
        document["workflow"][LOOK]["delay"] = 0
        document["signatures"] = [
            {
                "type": "jss",
                "id": "jss--x",
                "created": "2026-01-12T08:00:00.000Z",
                "signee": "x",
                "modified": "2026-01-12T08:00:00.000Z",
                "related_to": document["id"],
                "hash_algorithm": "sha-256",
                "related_version": document["modified"],
                "algorithm": "XMSS-SHA2_10_256",
                "public_key": "AAAA",
                "value": "AAAA",
            }
        ]

    assert json.loads(export(playbook(changed(change)))) == changed(change)
