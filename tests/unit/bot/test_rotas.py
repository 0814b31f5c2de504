"""The rota file: what stands in it, what is wrong with it, and what happens when it changes."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import EntryId
from playbooks.domain.kinds import Kind
from tests.casts import UNHCR, WFP, actor
from tests.rotas import UNHCR_WEEKLY, rotas

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def written(folder: Path, text: str = UNHCR_WEEKLY) -> Path:
    path = folder / "rotas.yaml"
    path.write_text(text, "utf-8")
    return path


def put_in(person: str, hours: int, at: datetime = AT) -> Entry:
    data = {"organization": "UNHCR", "person": person, "level": 1, "start_at": AT.isoformat()}
    return Entry(
        id=EntryId(f"e{hours}"),
        incident=None,
        kind=Kind.TURN_OVERRIDE,
        at=at,
        actor=actor("unhcr-ciso"),
        subject="rota/UNHCR",
        data={**data, "end_at": (AT + timedelta(hours=hours)).isoformat()},
    )


async def test_the_ladder_of_a_rota_is_its_levels_with_their_patience(tmp_path: Path) -> None:
    first, second = await rotas(written(tmp_path)).ladder(UNHCR, AT)
    assert (first.people, first.patience) == (("unhcr-duty",), timedelta(minutes=5))
    assert (second.level, second.people, second.patience) == (2, ("unhcr-ciso",), timedelta(minutes=15))


async def test_without_a_rota_the_directorys_duties_are_the_ladder() -> None:
    assert [step.people for step in await rotas().ladder(UNHCR, AT)] == [("unhcr-duty",), ("unhcr-ciso",)]


async def test_what_was_put_in_counts_and_the_later_word_most(tmp_path: Path) -> None:
    earlier = put_in("unhcr-responder", 8, AT - timedelta(hours=1))
    kept = rotas(written(tmp_path), put_in=(put_in("unhcr-ciso", 4), earlier))
    for hours, person in ((0, "unhcr-ciso"), (5, "unhcr-responder"), (9, "unhcr-duty")):
        steps = await kept.ladder(UNHCR, AT + timedelta(hours=hours))
        assert steps[0].people == (person,)


async def test_a_calendar_beside_the_file_goes_before_the_layers(tmp_path: Path) -> None:
    text = UNHCR_WEEKLY.replace("        escalates_after: 5\n", "        calendar: first.ics\n")
    event = "UID:1\r\nDTSTART:20261123T110000Z\r\nDTEND:20261123T130000Z\r\nSUMMARY:unhcr-ciso\r\n"
    content = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    (tmp_path / "first.ics").write_text(content, "utf-8", newline="")
    steps = await rotas(written(tmp_path, text)).ladder(UNHCR, AT)
    assert steps[0].people == ("unhcr-ciso",)


async def test_a_file_that_changes_is_read_again_and_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    kept = rotas(path)
    path.write_text("rotas: [", "utf-8")
    assert (await kept.ladder(UNHCR, AT))[0].people == ("unhcr-duty",)
    path.write_text(UNHCR_WEEKLY.replace("unhcr-duty", "unhcr-ciso"), "utf-8")
    os.utime(path, (1, 1))
    assert (await kept.ladder(UNHCR, AT))[0].people == ("unhcr-ciso",)
    assert await kept.kept(WFP, AT) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rotas: [", "no YAML text"),
        ("rota: []", "at rota:"),
        (UNHCR_WEEKLY.replace("UNHCR", "NOBODY"), "NOBODY is not in the directory"),
        (UNHCR_WEEKLY.replace("unhcr-duty", "wfp-duty"), "wfp-duty is nobody of UNHCR"),
        (
            UNHCR_WEEKLY.replace("UNHCR", "UN").replace("unhcr-duty", "dss-duty").replace("unhcr", "oict"),
            "dss-duty is of DSS, which takes no cyber work",
        ),
        (UNHCR_WEEKLY + UNHCR_WEEKLY.replace("\nrotas:\n", ""), "two rotas"),
        (
            UNHCR_WEEKLY.replace(
                "layers: [{people: [unhcr-ciso], starts_on: 2026-01-05}]", "escalates_after: 5"
            ),
            "has layers",
        ),
        (UNHCR_WEEKLY.replace("Europe/Zurich", "Europe/Geneva"), "no time zone"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        rotas(written(tmp_path, text))
