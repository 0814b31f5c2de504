"""Lines of the list are kept for those who may have every card that they are folded from, and for nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from integrations.postgres.card_making import ensure_cards, write_card
from integrations.postgres.database import Pool, open_reading_pool, transaction
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import Severity
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import Reader
from playbooks.ports.listing import Wanted
from tests.casts import KEY, Scene, declared, reader

HERS, THEIRS, STRANGER = reader("unhcr-ciso"), reader("wfp-ciso"), reader("unicc-ciso")


class Lines:
    """A record, and what is kept of it for a reader."""

    def __init__(self, pool: Pool, readers: Pool) -> None:
        self.pool, self.record, self.reading = pool, PostgresRecord(pool), PostgresReading(readers)

    async def kept(self, who: Reader) -> list[IncidentKey]:
        async with self.reading.open(who) as connection:
            rows = await connection.execute("SELECT incident FROM kept_line ORDER BY incident")
            return [IncidentKey(key) for (key,) in await rows.fetchall()]

    async def severity(self, who: Reader) -> Severity | None:
        lines = (await self.reading.incidents(who, Wanted())).lines
        return lines[0].severity if lines else None


@pytest_asyncio.fixture
async def lines(pool: Pool, database: str, vault: Vault) -> AsyncIterator[Lines]:
    async with open_reading_pool(database, vault=vault) as readers:
        yield Lines(pool, readers)


def _severity(scene: Scene, number: int, severity: Severity) -> Entry:
    (entry,) = (each for each in scene.entries if each.kind == Kind.DECLARE)
    return entry.model_copy(
        update={
            "id": entry_id(f"{KEY}/severity/{number}"),
            "kind": Kind.SEVERITY_CHANGE,
            "at": entry.at + timedelta(minutes=number),
            "data": {"severity": severity.value},
            "texts": {},
        }
    )


async def test_whoever_takes_part_reads_the_line_that_is_kept(lines: Lines) -> None:
    await lines.record.append(declared("unhcr-duty", joined=("WFP",)).entries)
    assert await lines.kept(HERS) == await lines.kept(THEIRS) == [KEY]
    assert await lines.kept(STRANGER) == []


async def test_who_was_only_invited_has_no_kept_line_and_reads_what_she_was_told(lines: Lines) -> None:
    scene = declared("unhcr-duty", severity="high")
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    scene.do("unhcr-duty", "severity", severity="low")
    await lines.record.append(scene.entries)
    assert (await lines.kept(HERS), await lines.severity(HERS)) == ([KEY], Severity.LOW)
    assert (await lines.kept(THEIRS), await lines.severity(THEIRS)) == ([], Severity.HIGH)


async def test_a_restricted_incident_is_kept_for_those_it_names_and_left_no_line_with_the_others(
    lines: Lines,
) -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    await lines.record.append(scene.entries)
    assert await lines.kept(THEIRS) == [KEY]
    scene.do("unhcr-duty", "restrict", named=["unhcr-ciso"])
    await lines.record.append(scene.entries)
    assert (await lines.kept(THEIRS), await lines.severity(THEIRS)) == ([], None)
    assert await lines.severity(HERS) is not None


@pytest.mark.parametrize("narrower", [{"marking": Marking.RED}, {"audience": ("UNHCR",)}])
async def test_one_card_that_goes_to_fewer_takes_the_line_from_whoever_may_not_have_it(
    lines: Lines, narrower: dict[str, object]
) -> None:
    scene = declared("unhcr-duty", severity="high", joined=("WFP",))
    for each in (*scene.entries, _severity(scene, 1, Severity.LOW).model_copy(update=narrower)):
        await lines.record.append([each])
    author = reader("unhcr-duty")
    assert (await lines.kept(THEIRS), await lines.severity(THEIRS)) == ([], Severity.HIGH)
    assert await lines.severity(author) is Severity.LOW


async def test_the_later_card_has_the_last_word_though_the_earlier_is_written_after_it(lines: Lines) -> None:
    """As of two writers at once, of whom the first takes its card's place and the second the line."""
    scene = declared("unhcr-duty", severity="medium")
    first, second = _severity(scene, 1, Severity.HIGH), _severity(scene, 2, Severity.LOW)
    await lines.record.append([*scene.entries, first, second])
    async with transaction(lines.pool) as connection:
        await write_card(connection, first)
    assert (await lines.kept(HERS), await lines.severity(HERS)) == ([KEY], Severity.LOW)


async def test_a_database_of_an_earlier_version_has_its_lines_after_the_migration(lines: Lines) -> None:
    await lines.record.append(declared("unhcr-duty", joined=("WFP",)).entries)
    async with transaction(lines.pool) as connection:
        await connection.execute("DELETE FROM kept_line")
        await connection.execute("UPDATE read_model SET version = 3 WHERE name = 'card'")
    assert await lines.kept(HERS) == []
    async with transaction(lines.pool) as connection:
        assert await ensure_cards(connection)
    assert await lines.kept(HERS) == [KEY]
