"""Rehearsing a playbook again and again, each time with one thing otherwise."""

from collections import deque
from collections.abc import Callable

from bot.rehearsal.theatre import Rehearses
from playbooks.cacao.model import Playbook
from playbooks.rehearsal.exploring import Exploration, Tried, Variation, taken, variations
from playbooks.rehearsal.script import Script

Progress = Callable[[int, int], None]
"""Told how many were rehearsed, and how many are known by now."""


async def explore(
    stage: Rehearses, content: bytes, playbook: Playbook, script: Script, *, at_most: int, progress: Progress
) -> Exploration:
    """Try each branch and each single failure, `at_most` so many rehearsals in all."""
    waiting = deque([(Variation(), script)])
    known, tried = set[Variation](), list[Tried]()
    while waiting and len(tried) < at_most:
        variation, varied = waiting.popleft()
        report = await stage.rehearse(content, playbook, varied)
        tried.append(Tried(variation=variation, report=report))
        known |= set(taken(report))
        for found in variations(tried[-1]):
            if found not in known:
                known.add(found)
                waiting.append((found, found.applied(varied)))
        progress(len(tried), len(tried) + len(waiting))
    return Exploration(playbook=playbook.id, name=playbook.name, tried=tuple(tried), untried=len(waiting))
