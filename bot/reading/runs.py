"""How far the runs of an incident have come: folded from what is released to the reader, over the playbooks by hash."""

import asyncio
from collections.abc import Awaitable, Callable

from playbooks.cacao.course import Contents, fold_course, standings
from playbooks.cacao.model import Playbook
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.fold import Case, Run
from playbooks.ports.views import RunShown

WholePlaybook = Callable[[str], Awaitable[Playbook]]
"""A playbook with its prose, by the hash of its content. Raises NotFound and Malformed."""


async def runs_shown(case: Case, playbook: WholePlaybook) -> tuple[RunShown, ...]:
    """Every run of the case with each of its steps; without steps where its playbook cannot be read."""
    return tuple([await _shown(run, playbook) for run in case.runs.values()])


async def _shown(run: Run, playbook: WholePlaybook) -> RunShown:
    try:
        hashes = dict.fromkeys((run.content, *run.carried.values()))
        playbooks = {sha256: await playbook(sha256) for sha256 in hashes}
    except (NotFound, Malformed):
        return RunShown(run=run)
    contents = Contents(main=run.content, playbooks=playbooks, carried=run.carried)
    return await asyncio.to_thread(_stands, run, contents)


def _stands(run: Run, contents: Contents) -> RunShown:
    course = fold_course(contents, run.started_at, run.moves)
    going_on = run.outcome == "running"
    return RunShown(run=run, is_paused=course.is_paused and going_on, steps=standings(contents, course))
