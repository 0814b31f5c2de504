"""The vendors' own memory: what really exists and really happened out there, in one SQLite file or in memory.

It outlives our workers, our database and our machine's restarts, as vendors do. Several processes may use it
at once.
"""

import fcntl
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.things import Event, RealEffect, Thing

_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    n INTEGER PRIMARY KEY, connection TEXT NOT NULL, ref TEXT NOT NULL, kind TEXT NOT NULL,
    effect_id TEXT NOT NULL, seen_at INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (connection, ref));
CREATE INDEX IF NOT EXISTS things_by_kind ON things (connection, kind, effect_id);
CREATE TABLE IF NOT EXISTS effects (
    n INTEGER PRIMARY KEY, connection TEXT NOT NULL, method TEXT NOT NULL, effect_id TEXT NOT NULL,
    ref TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS effects_by_id ON effects (effect_id);
CREATE TABLE IF NOT EXISTS calls (
    n INTEGER PRIMARY KEY, connection TEXT NOT NULL, method TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_method ON calls (connection, method, at);
CREATE TABLE IF NOT EXISTS rules (
    n INTEGER PRIMARY KEY, rule TEXT NOT NULL, struck INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    n INTEGER PRIMARY KEY, connection TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    at INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0);
"""

_WORDS = ("title", "subject", "summary", "topic", "text")
"""What of a thing's state holds people's words."""
_TOUCHED = """
(effect_id = ? OR EXISTS (
    SELECT 1 FROM effects AS e WHERE e.effect_id = ? AND e.connection = things.connection AND e.ref = things.ref))
"""

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@contextmanager
def _alone(path: Path | str) -> Iterator[None]:
    """One process at a time makes the file what it is to be: SQLite waits for nobody as it changes its journal."""
    if path == ":memory:":
        yield
        return
    with Path(f"{path}-made").open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class World:
    """One world; `path` may be `:memory:`. `clock` gives aware UTC times."""

    def __init__(self, path: Path | str, clock: Clock) -> None:
        self._clock = clock
        self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        with _alone(path):
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file; what happened stays."""
        self._db.close()

    @contextmanager
    def at_once(self) -> Iterator[Self]:
        """Everything within happens together or not at all, also next to other processes."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # What exists

    def now(self) -> datetime:
        """The world's own clock."""
        return self._clock()

    def add(
        self, connection: str, kind: str, ref: str, effect_id: str, lag: timedelta, state: dict[str, Any]
    ) -> None:
        """Bring something into being that a search shows only after `lag`."""
        self._db.execute(
            "INSERT INTO things (connection, kind, ref, effect_id, seen_at, state) VALUES (?, ?, ?, ?, ?, ?)",
            (connection, kind, ref, effect_id, _stamp(self._clock() + lag), json.dumps(state)),
        )

    def thing(self, connection: str, kind: str, ref: str) -> Thing | None:
        """Something by its reference; never lags."""
        return next(self._things("connection = ? AND kind = ? AND ref = ?", connection, kind, ref), None)

    def made_by(self, connection: str, kind: str, effect_id: str) -> Thing | None:
        """The first thing that an effect made; what a vendor looks up by the key it was given. Never lags."""
        return next(
            self._things("connection = ? AND kind = ? AND effect_id = ?", connection, kind, effect_id), None
        )

    def search(self, connection: str, kind: str, effect_id: str) -> Thing | None:
        """The first thing that an effect made, once the index shows it."""
        where = "connection = ? AND kind = ? AND effect_id = ? AND seen_at <= ?"
        return next(self._things(where, connection, kind, effect_id, _stamp(self._clock())), None)

    def things(self, connection: str, kind: str) -> tuple[Thing, ...]:
        """Everything of a kind, in the order of coming."""
        return tuple(self._things("connection = ? AND kind = ?", connection, kind))

    def count(self, connection: str, kind: str) -> int:
        """How many of a kind there are; the next reference follows."""
        return self._count("things", "connection = ? AND kind = ?", connection, kind)

    def change(self, thing: Thing, **state: object) -> None:
        """Change the state of something."""
        self._db.execute(
            "UPDATE things SET state = ? WHERE connection = ? AND ref = ?",
            (json.dumps(thing.state | state), thing.connection, thing.ref),
        )

    def forget(self, effects: Sequence[str]) -> None:
        """Words of what these effects made or changed are gone, as where a vendor's people delete them.

        What a vendor told and was heard goes with them. Nothing of it stays in the file.
        """
        self._db.execute("PRAGMA secure_delete = ON")
        with self.at_once():
            for effect in effects:
                for thing in list(self._things(_TOUCHED, effect, effect)):
                    self.change(thing, **{name: "" for name in _WORDS if name in thing.state})
            self._db.execute("UPDATE events SET body = '{}' WHERE taken")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # What happened

    def happened(self, connection: str, method: str, effect_id: str, ref: str) -> None:
        """Remember that something really happened, once more if it happened before."""
        self._db.execute(
            "INSERT INTO effects (connection, method, effect_id, ref, at) VALUES (?, ?, ?, ?, ?)",
            (connection, method, effect_id, ref, _stamp(self._clock())),
        )

    def effects(self, effect_id: str | None = None) -> tuple[RealEffect, ...]:
        """What really happened, of one effect or in all, in order and with its duplicates."""
        rows = self._db.execute(
            "SELECT * FROM effects WHERE ? IS NULL OR effect_id = ? ORDER BY n",
            (effect_id, effect_id),
        )
        return tuple(RealEffect(**{**dict(row), "at": _time(row["at"])}) for row in rows)

    def calls(self, connection: str, method: str) -> int:
        """How often a method was called, whatever came of it."""
        return self._count("calls", "connection = ? AND method = ?", connection, method)

    # What goes wrong

    def switch_on(self, *rules: Rule) -> None:
        """Let these faults strike from now on, after those already switched on."""
        self._db.executemany(
            "INSERT INTO rules (rule) VALUES (?)", [(rule.model_dump_json(),) for rule in rules]
        )

    def switch_off(self) -> None:
        """Let everything go well again."""
        self._db.execute("DELETE FROM rules")

    def called(self, connection: str, method: str) -> Rule | None:
        """Count a call and say which fault strikes it: the first rule switched on that does."""
        with self.at_once():
            self._db.execute(
                "INSERT INTO calls (connection, method, at) VALUES (?, ?, ?)",
                (connection, method, _stamp(self._clock())),
            )
            rules = self._db.execute("SELECT n, rule, struck FROM rules ORDER BY n").fetchall()
            number = self.calls(connection, method) if rules else 0
            for row in rules:
                rule = Rule.model_validate_json(row["rule"])
                exhausted = rule.times is not None and row["struck"] >= rule.times
                if (
                    not exhausted
                    and rule.strikes(connection, method, number)
                    and self._exceeds(rule, connection, method)
                ):
                    self._db.execute("UPDATE rules SET struck = struck + 1 WHERE n = ?", (row["n"],))
                    return rule
        return None

    def _exceeds(self, rule: Rule, connection: str, method: str) -> bool:
        if rule.fault is not FaultKind.RATE_LIMITED:
            return True
        since = _stamp(self._clock() - rule.span)
        lately = "connection = ? AND method = ? AND at > ?"
        return self._count("calls", lately, connection, method, since) > rule.allow

    # What the vendors tell us

    def emit(self, connection: str, kind: str, body: dict[str, Any]) -> None:
        """Let a vendor tell something: somebody acknowledged, wrote, pressed a button."""
        self._db.execute(
            "INSERT INTO events (connection, kind, body, at) VALUES (?, ?, ?, ?)",
            (connection, kind, json.dumps(body), _stamp(self._clock())),
        )

    def deliveries(self, connection: str) -> tuple[Event, ...]:
        """What a vendor delivers now: every event not yet taken, oldest first, or twice."""
        rows = self._db.execute(
            "SELECT * FROM events WHERE connection = ? AND NOT taken ORDER BY n", (connection,)
        )
        delivered: list[Event] = []
        for row in rows.fetchall():
            event = Event(
                id=f"{connection}/{row['n']}",
                connection=connection,
                kind=row["kind"],
                body=json.loads(row["body"]),
                at=_time(row["at"]),
            )
            rule = self.called(connection, "events")
            twice = rule is not None and rule.fault is FaultKind.REPEATED
            delivered += [event, event] if twice else [event]
        return tuple(delivered)

    def taken(self, event: Event) -> None:
        """An event was answered with 2xx: it is not delivered again."""
        number = event.id.rpartition("/")[2]
        self._db.execute("UPDATE events SET taken = 1 WHERE n = ?", (int(number),))

    def _things(self, where: str, *values: object) -> Iterator[Thing]:
        rows = self._db.execute(f"SELECT * FROM things WHERE {where} ORDER BY n", values)  # noqa: S608 - our own text
        for row in rows.fetchall():
            yield Thing(**{**dict(row), "state": json.loads(row["state"])})

    def _count(self, table: str, where: str, *values: object) -> int:
        row = self._db.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()  # noqa: S608 - as above
        return int(row[0])


def _stamp(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _time(stamp: int) -> datetime:
    return _EPOCH + stamp * _MILLISECOND
