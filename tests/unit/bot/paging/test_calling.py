"""Calling out: level after level at the rota's pace, each call once, until somebody is at it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.paging.calling import Calling
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import EffectId, IncidentKey, PersonId
from playbooks.ports.pages import Order, OwnPage
from playbooks.ports.paging import PageStatus
from tests.casts import UNHCR
from tests.contract.own_pages import MemoryPages
from tests.rotas import UNHCR_WEEKLY, rotas

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = EffectId("unhcr/rota/INC-2026-0042/page.trigger/severity-critical")


class Heard:
    """A gateway that remembers, and gives the verdict it is told to."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.verdict: Verdict | None = Verdict(outcome=Outcome.DONE, code="page.call.done")

    async def submit(self, command: Command) -> Verdict:
        self.commands.append(command)
        if self.verdict is None:
            raise Unavailable("The engine is away.")
        return self.verdict

    @property
    def calls(self) -> list[tuple[int | None, list[str]]]:
        """The level, None where somebody is called by name; and who."""
        return [(each.args.get("level"), each.args["people"]) for each in self.commands]


class Scene:
    """A page that has just come in, and a clock."""

    def __init__(self, file: Path | None = None) -> None:
        self.pages, self.heard, self.at = MemoryPages(), Heard(), START
        self.calling = Calling(self.pages, rotas(file), self.heard, lambda: self.at)

    async def opened(self) -> None:
        incident = IncidentKey("INC-2026-0042")
        await self.pages.open(OwnPage(id=PAGE, incident=incident, organization=UNHCR, due_at=START))

    async def after(self, minutes: int) -> int:
        self.at = START + timedelta(minutes=minutes)
        return await self.calling.step()


async def test_each_level_has_its_minutes_and_then_the_first_is_called_again(tmp_path: Path) -> None:
    file = tmp_path / "rotas.yaml"
    file.write_text(UNHCR_WEEKLY, "utf-8")
    scene = Scene(file)
    await scene.opened()
    assert [await scene.after(minutes) for minutes in (0, 4, 5, 19, 20)] == [1, 0, 1, 0, 1]
    assert scene.heard.calls == [(1, ["unhcr-duty"]), (2, ["unhcr-ciso"]), (1, ["unhcr-duty"])]


async def test_whom_a_page_is_handed_to_is_called_by_name_and_then_the_rota_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "rotas.yaml"
    file.write_text(UNHCR_WEEKLY, "utf-8")
    scene = Scene(file)
    await scene.opened()
    await scene.after(0)
    await scene.pages.settle(PAGE, PageStatus.ACKNOWLEDGED)
    handed = Order(effect=EffectId("handed"), people=(PersonId("unhcr-legal"),), handed=True)
    await scene.pages.order(PAGE, handed)
    assert [await scene.after(minutes) for minutes in (60, 64, 65)] == [1, 0, 1]
    assert scene.heard.calls == [(1, ["unhcr-duty"]), (None, ["unhcr-legal"]), (2, ["unhcr-ciso"])]


async def test_who_is_asked_to_help_is_called_once_and_whoever_has_the_page_keeps_it() -> None:
    scene = Scene()
    await scene.opened()
    await scene.after(0)
    await scene.pages.settle(PAGE, PageStatus.ACKNOWLEDGED)
    await scene.pages.order(PAGE, Order(effect=EffectId("helps"), people=(PersonId("unhcr-legal"),)))
    scene.heard.verdict = None
    assert await scene.after(1) == 1
    scene.heard.verdict = Verdict(outcome=Outcome.DONE, code="page.call.done")
    assert [await scene.after(minutes) for minutes in (2, 3)] == [1, 0]
    assert scene.heard.calls[1:] == [(None, ["unhcr-legal"])] * 2
    assert scene.heard.commands[1].id == scene.heard.commands[2].id, "the same call, asked for again"
    assert scene.pages.pages[PAGE].status is PageStatus.ACKNOWLEDGED


async def test_nobody_is_called_of_a_page_that_somebody_acknowledged() -> None:
    scene = Scene()
    await scene.opened()
    await scene.after(0)
    await scene.pages.settle(PAGE, PageStatus.ACKNOWLEDGED)
    assert await scene.after(60) == 0


async def test_while_the_engine_is_away_the_same_call_is_asked_for_under_the_same_id() -> None:
    scene = Scene()
    await scene.opened()
    scene.heard.verdict = None
    await scene.after(0)
    await scene.after(1)
    first, second = scene.heard.commands
    assert first.id == second.id


async def test_a_page_of_a_closed_incident_calls_nobody_further() -> None:
    scene = Scene()
    await scene.opened()
    scene.heard.verdict = Verdict(outcome=Outcome.REFUSED, code="incident_closed")
    await scene.after(0)
    assert scene.pages.pages[PAGE].status is PageStatus.RESOLVED
    assert await scene.after(60) == 0
