"""The published CACAO corpus: every document answered; what the OASIS schema takes is run, exported and read again."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from playbooks.cacao.export import content_hash, export
from playbooks.cacao.finding import Verdict
from playbooks.cacao.markings import OFFICIAL_TLP
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import Outcome, QuestionDue, begin, ready, settle
from playbooks.cacao.reading import Terms, read
from playbooks.cacao.secrets import WITHHELD
from playbooks.cacao.shorthand import abbreviate, to_yaml
from playbooks.cacao.signatures import Standing, TrustedSigner, signed_bytes, verify
from playbooks.library import NAMES, shipped

pytestmark = pytest.mark.conformance


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    return shared / "corpora" / "cacao"


@pytest.fixture(scope="session")
def schema(corpus: Path) -> Draft7Validator:
    """OASIS's schemas as the draft they declare (7)."""
    folder = corpus / "schemas" / "oasis-cacao-v2.0"
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    registry: Registry[Any] = Registry().with_resources(
        [(s["$id"], Resource.from_contents(s)) for s in schemas]
    )
    top = json.loads((folder / "playbook.json").read_text(encoding="utf-8"))
    return Draft7Validator(top, registry=registry)


def documents(corpus: Path) -> list[Path]:
    found = sorted((corpus / "playbooks").iterdir())
    assert found
    return found


def run_to_an_end(playbook: Playbook) -> None:
    progress = begin(playbook)
    for _ in range(1_000):
        if progress.is_finished:
            assert not progress.is_failed
            return
        due = ready(playbook, progress)[0]
        answer = due.choices[-1] if isinstance(due, QuestionDue) else ""
        progress = settle(playbook, progress, due.key, Outcome(answer=answer))
    pytest.fail("the run came to no end")


def test_every_document_is_answered_with_a_reason(corpus: Path) -> None:
    for path in documents(corpus):
        answer = read(path.read_bytes())
        assert answer.verdict is Verdict.OK or answer.findings, path.name


def test_what_the_schema_takes_is_run_exported_and_read_again(corpus: Path, schema: Draft7Validator) -> None:
    taken = 0
    for path in documents(corpus):
        content = path.read_bytes()
        if path.suffix != ".json" or not schema.is_valid(json.loads(content)):
            continue
        taken += 1
        answer = read(content)
        assert answer.playbook is not None, f"{path.name}: {answer.findings[0]}"
        run_to_an_end(answer.playbook)
        exported = export(answer.playbook)
        schema.validate(json.loads(exported))
        again = read(exported).playbook
        assert again is not None
        assert content_hash(again) == content_hash(read(export(again)).playbook or again)
    assert taken >= 10


def test_a_document_that_is_taken_comes_back_from_shorthand(corpus: Path) -> None:
    for path in documents(corpus):
        answer = read(path.read_bytes())
        if answer.playbook is not None:
            again = read(to_yaml(abbreviate(answer.playbook)).encode()).playbook
            assert again is not None, path.name
            assert again.as_json() == answer.playbook.as_json(), path.name


def test_no_secret_of_a_document_is_left(corpus: Path) -> None:
    content = (corpus / "playbooks" / "soarca__ssh-playbook.json").read_bytes()
    info = json.loads(content)["authentication_info_definitions"]
    (playbook,) = [answer.playbook for answer in [read(content)] if answer.playbook is not None]
    (login,) = playbook.authentication_info_definitions.values()
    assert next(iter(info.values()))["password"] != WITHHELD
    assert login.password == WITHHELD


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_playbook_passes_the_schema(name: str, schema: Draft7Validator) -> None:
    playbook = shipped(name).playbook
    assert playbook is not None
    exported = export(playbook)
    schema.validate(json.loads(exported))
    assert read(exported).verdict is Verdict.OK


def test_the_official_markings_are_the_published_ones(corpus: Path) -> None:
    published: dict[str, Any] = {}
    for path in (corpus / "common-objects" / "Data-Markings").glob("*.json"):
        published |= json.loads(path.read_text(encoding="utf-8"))
    assert {tlp["id"]: tlp for tlp in OFFICIAL_TLP.values()} == published


def test_the_standards_own_signature_verifies(corpus: Path) -> None:
    folder = corpus / "signature-vector"
    document = json.loads((folder / "signed-playbook.json").read_text(encoding="utf-8"))
    (signature,) = document["signatures"]
    assert (
        signed_bytes(document, signature).decode()
        == (folder / "sha256.hex").read_text(encoding="ascii").strip()
    )
    (report,) = verify(document)
    assert report.standing is Standing.UNKNOWN_SIGNER
    trusted = [TrustedSigner(name="the example company", public_key=signature["public_key"])]
    assert verify(document, trusted)[0].standing is Standing.TRUSTED
    assert verify(document | {"name": "Another"}, trusted)[0].standing is Standing.WRONG


def test_of_two_signatures_each_is_judged_alone(corpus: Path) -> None:
    content = (corpus / "signature-vector" / "signed-playbook-two-signatures.json").read_bytes()
    reports = read(content, Terms()).signatures
    assert [report.standing for report in reports] == [Standing.UNVERIFIABLE, Standing.UNKNOWN_SIGNER]


def test_the_schema_misses_what_the_check_finds(corpus: Path, schema: Draft7Validator) -> None:
    """The table of what OASIS's schema accepts, tried on its own example."""
    content = (corpus / "playbooks" / "oasis__spec-3.1-example.json").read_text(encoding="utf-8")
    action = next(key for key in json.loads(content)["workflow"] if key.startswith("action"))
    end = next(key for key in json.loads(content)["workflow"] if key.startswith("end"))
    changes: dict[str, dict[str, Any]] = {
        "no transition": {"on_completion": None},
        "two transitions": {"on_success": end},
        "a step that is not there": {"on_completion": "action--11111111-1111-4111-8111-111111111111"},
        "a negative time-out": {"timeout": -1},
        "a command that is empty": {"commands": [{"type": "http-api"}]},
        "a property nobody knows": {"colour": "red"},
    }
    before = read(content.encode()).findings
    for what, change in changes.items():
        document = json.loads(content)
        step = {**document["workflow"][action], **change}
        document["workflow"][action] = {key: value for key, value in step.items() if value is not None}
        assert schema.is_valid(document), what
        assert len(read(json.dumps(document).encode()).findings) > len(before), what
