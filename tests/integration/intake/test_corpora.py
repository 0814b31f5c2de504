"""The published corpus through the whole of intake: nothing is refused that holds an alert, and none is lost."""

from pathlib import Path
from uuid import UUID

import pytest

from bot.intake.body import MOST_BYTES
from bot.intake.split import split
from integrations.postgres.database import open_pool
from integrations.siem.reading import read_body
from playbooks.ports.intake import Delivery
from tests.integration.intake.house import NOW, UNICC, House


@pytest.mark.conformance
@pytest.mark.slow
async def test_every_alert_of_the_corpus_is_in_one_group(shared: Path, database: str) -> None:
    expected = 0
    async with open_pool(database) as pool:
        house = House(pool)
        for number, file in enumerate(
            sorted(path for path in (shared / "corpora" / "alerts").rglob("*") if path.is_file())
        ):
            body = file.read_bytes()
            marks, unreadable = split("soc", body) if len(body) <= MOST_BYTES else ((), ())
            if marks:
                await house.intake.receive(
                    Delivery(UUID(int=number), "soc", UNICC, body, NOW, marks, unreadable)
                )
                expected += len(read_body("auto", body, NOW).alerts)
        await house.settle()
        groups = await house.all_groups()
    assert sum(group.arrivals for group in groups) == expected > 0
