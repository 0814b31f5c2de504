"""What somebody may not know of changes nothing that she is given: no word, figure, order, header or error.

Everything is asked over the incidents that she knows of, then others are recorded, and everything is asked again: the
answers must be the same, byte for byte but for the tokens of forms.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
import pytest_asyncio

from bot.commands.desk import Speaker
from bot.commands.registry import COMMANDS
from integrations.postgres.database import open_pool, open_reading_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.ports.listing import Sort
from playbooks.ports.record import Settlement
from tests.casts import NOON, directory
from tests.policy.canaries import PEOPLE, all_words, an_incident, may_see, reader_of
from tests.policy.house import a_house
from tests.policy.routes import ROUTES, filled
from tests.policy.test_walk import ENDLESS, NOT_SEARCHED, OF_OTHERS
from tests.policy.walking import NOWHERE, Walk, browser_of

SEEDS = range(3, 8)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43,}")
"""A secret of a form or a page: another each time."""
OF_THE_PROCESS = "/metrics"
"""Counts what was asked of the process, these very questions among it."""


class Unmoved(PostgresRecord):
    """A record to which nothing is added by being looked at: what changes then is not its reader's own doing."""

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""


@dataclass
class Scene:
    """A house, somebody in it, and what is recorded later and is not hers."""

    walk: Walk
    who: str
    record: PostgresRecord
    keys: SigningKeys
    pool: Any
    hidden: Mapping[IncidentKey, tuple[Entry, ...]]

    async def tell(self, told: Mapping[IncidentKey, tuple[Entry, ...]]) -> None:
        """Record these, and give all of it its place."""
        for entries in told.values():
            await self.record.append(entries)
        while await integrate(self.pool, self.keys):
            pass


@pytest_asyncio.fixture(params=("unicc-duty", "wfp-legal", "oict-duty"))
async def scene(request: pytest.FixtureRequest, database: str, tmp_path: Any) -> AsyncIterator[Scene]:
    who = request.param
    told = {IncidentKey(f"INC-2026-{seed:04}"): an_incident(seed) for seed in SEEDS}
    hidden = {key: each for key, each in told.items() if not set(may_see(reader_of(who), each))}
    known = {key: each for key, each in told.items() if key not in hidden}
    assert who in PEOPLE
    assert hidden
    async with open_pool(database) as pool, open_reading_pool(database) as readers:
        record = PostgresRecord(pool)
        parts, app = a_house(PostgresReading(readers), Unmoved(pool))
        keys = SigningKeys.open(tmp_path / "record.pem")
        scene = Scene(Walk(parts, app, known), who, record, keys, pool, hidden)
        await scene.tell(known)
        yield scene


def _paths(scene: Scene) -> Iterator[str]:
    asked = {route for method, route in ROUTES if method == "GET"}
    for route in sorted(asked - {*ENDLESS, *NOT_SEARCHED, *OF_OTHERS, OF_THE_PROCESS}):
        keys = (NOWHERE, *scene.hidden, *scene.walk.told) if "{key}" in route else (NOWHERE,)
        yield from (filled(route, key) for key in dict.fromkeys(keys))
    yield from (f"/incidents?which=all&sort={sort}" for sort in Sort)
    yield from (
        "/incidents?which=all&organization=UNHCR",
        "/incidents?which=all&severity=high&page=2",
        "/reviews",
    )
    yield from (
        "/completions?line=/incident+show+INC-2026",
        "/metrics-board?figure=severity.high",
        "/metrics-board.csv",
    )
    for key, entries in scene.hidden.items():
        found = next(iter(all_words(entries)))
        yield from (
            f"/incidents?which=all&q={found}",
            f"/incidents?which=all&q={key}",
            f"/rooms/{key}?said={'q' * 43}",
        )


async def _everything(scene: Scene) -> dict[str, str]:
    given = {}
    async with await browser_of(scene.walk, scene.who) as browser:
        for path in _paths(scene):
            answer = await browser.get(path)
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, path
            given[path] = TOKEN.sub("·", f"{answer.status_code} {dict(answer.headers)} {answer.text}")
    return given


async def _all_commands(scene: Scene) -> dict[str, str]:
    given = {}
    for key in (NOWHERE, *list(scene.hidden)[:1], *list(scene.walk.told)[:1]):
        for command in COMMANDS:
            line = command.example(scene.walk.parts.texts).removeprefix("/incident")
            speaker = Speaker(
                person=directory().person(scene.who),
                incident=IncidentKey(key),
                command_id=CommandId(f"walk:{key}/{command.spelled}"),
                received_at=NOON,
            )
            reply = await scene.walk.parts.desk.hear(line, speaker)
            given[f"{key} {line}"] = reply.document.model_dump_json() + repr(reply.verdict)
    return given


async def test_what_one_may_not_know_of_changes_nothing_that_one_is_given(scene: Scene) -> None:
    await _everything(scene)  # rooms greet whoever comes first
    before, said_before = await _everything(scene), await _all_commands(scene)
    await scene.tell(scene.hidden)
    after, said_after = await _everything(scene), await _all_commands(scene)
    assert _changed(before, after) == []
    assert _changed(said_before, said_after) == []


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What is not as it was, and from where on it is another."""
    return [
        f"{name}: …{after[name][max(0, _first_unlike(given, after[name]) - 60) :][:120]}…"
        for name, given in before.items()
        if after[name] != given
    ]


def _first_unlike(one: str, other: str) -> int:
    unlike = (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(unlike, min(len(one), len(other)))


async def test_an_incident_that_is_hidden_is_answered_like_one_that_is_not_by_every_route_and_command(
    scene: Scene,
) -> None:
    await scene.tell(scene.hidden)
    pages, answers = await _everything(scene), await _all_commands(scene)
    for key in scene.hidden:
        for path, given in pages.items():
            if f"/{key}" in path and (like := pages.get(path.replace(key, NOWHERE))) is not None:
                assert given.replace(key, NOWHERE) == like, path
        for line, given in answers.items():
            if line.startswith(key):
                assert given.replace(key, NOWHERE) == answers[line.replace(key, NOWHERE)], line
