"""What others publish: every document that the OASIS schema takes is rehearsed to an end, exported and read again."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from bot.rehearsal.theatre import Rehearses
from playbooks.cacao.export import content_hash, export
from playbooks.cacao.reading import read
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import Script

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.conformance,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


def schema(corpus: Path) -> Draft7Validator:
    """OASIS's schemas as the draft they declare (7)."""
    folder = corpus / "schemas" / "oasis-cacao-v2.0"
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    found = [(each["$id"], Resource.from_contents(each)) for each in schemas]
    registry: Registry[Any] = Registry().with_resources(found)
    top = json.loads((folder / "playbook.json").read_text(encoding="utf-8"))
    return Draft7Validator(top, registry=registry)


async def test_what_the_schema_takes_is_rehearsed_to_an_end_exported_and_read_again(
    stage: Rehearses, shared: Path
) -> None:
    corpus = shared / "corpora" / "cacao"
    valid = schema(corpus)
    ends: dict[str, str] = {}
    for path in sorted((corpus / "playbooks").glob("*.json")):
        content = path.read_bytes()
        if not valid.is_valid(json.loads(content)):
            continue
        playbook = read(content).playbook
        assert playbook is not None, path.name
        report = await stage.rehearse(content, playbook, Script().with_parties(playbook))
        ends[path.name] = report.ending
        assert not report.refused, (path.name, report.refused)
        exported = export(playbook)
        valid.validate(json.loads(exported))
        again = read(exported).playbook
        assert again is not None, path.name
        assert content_hash(again) == content_hash(read(export(again)).playbook or again), path.name
    assert len(ends) >= 10
    assert [name for name, ending in ends.items() if ending is Ending.STUCK] == []
