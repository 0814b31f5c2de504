"""The playbooks that ship as people see them: their names, the titles of their steps and who does these.

A CACAO document is in one language. What it calls things has a text of the catalogue, `shipped.<its words>`, and is put
in where a playbook is shown; descriptions stay as they were written, and so does what an organization wrote itself.
"""

import re
from functools import cache
from typing import Final

from playbooks import library
from playbooks.cacao.extension import EXTENSION_ID, step_notes
from playbooks.cacao.model import Playbook, Step
from playbooks.domain.tongue import SOURCE, tongue
from playbooks.texts.catalogue import load_texts

_NOT_WORDS: Final = re.compile(r"[^a-z0-9]+")


def code_of(words: str) -> str:
    """The code of the catalogue for what a shipped playbook calls something."""
    return f"shipped.{_NOT_WORDS.sub('-', words.lower()).strip('-')}"


def in_words(playbook: Playbook) -> Playbook:
    """The playbook, if it ships, as whoever is spoken to reads it; any other as it is."""
    if tongue().language == SOURCE or playbook.id not in _shipped():
        return playbook
    called = {section: getattr(playbook, section) for section in ("agent_definitions", "target_definitions")}
    steps = {id: _step(step) for id, step in playbook.workflow.items()}
    agents = {
        section: {id: each.model_copy(update={"name": _said(each.name)}) for id, each in named.items()}
        for section, named in called.items()
    }
    return playbook.model_copy(update={"name": _said(playbook.name), "workflow": steps, **agents})


def _step(step: Step) -> Step:
    """With its title, and those of its streams."""
    said: dict[str, object] = {"name": _said(step.name)} if step.name else {}
    ours = step.step_extensions.get(EXTENSION_ID)
    if isinstance(ours, dict) and (streams := step_notes(step).streams):
        notes = {**ours, "streams": [_said(each) for each in streams]}
        said["step_extensions"] = {**step.step_extensions, EXTENSION_ID: notes}
    return step.model_copy(update=said)


def _said(words: str) -> str:
    code, texts = code_of(words), load_texts()
    return texts.say(code) if code in texts else words


@cache
def _shipped() -> frozenset[str]:
    playbooks = (library.shipped(name).playbook for name in library.NAMES)
    return frozenset(playbook.id for playbook in playbooks if playbook is not None)
