"""What must hold of every command there is, and of the texts around them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.binding import bind
from bot.commands.chat_command import ChatCommand, Target
from bot.commands.finding import find_command
from bot.commands.forms import fields
from bot.commands.grammar import read_line
from bot.commands.hearing import Hearing
from bot.commands.parameter import PEOPLES_WORDS, Place
from bot.commands.reference import reference
from bot.commands.registry import COMMANDS
from playbooks.alerts.triage import TRIAGE_VERBS
from playbooks.cacao.course import Standing, StepStanding
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.case import Case, Effect, Run
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.ids import IncidentKey, OrganizationCode, TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.directory import DIRECTORY_VERBS
from playbooks.domain.judging.incident import INCIDENT_VERBS
from playbooks.domain.judging.on_call import ROTA_VERBS
from playbooks.domain.judging.part import PART_VERBS
from playbooks.domain.judging.review import REVIEW_VERBS
from playbooks.domain.judging.run import RUN_VERBS
from playbooks.domain.marking import Marking
from playbooks.domain.policy import PERMISSIONS
from playbooks.domain.task import Task, TaskStatus
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.views import RunShown
from playbooks.texts import languages, load_texts
from tests.circle import NOON, directory

TEXTS = load_texts()
ROOT = Path(__file__).parents[4]
by_name = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.spelled)


async def parties() -> tuple[OrganizationCode, ...]:
    return OrganizationCode("UNHCR"), OrganizationCode("WFP")


async def case() -> Case:
    """With a task that a step of the run waits for, and a page that went out."""
    task = Task(
        id=TaskId("UNHCR-1"),
        organization=OrganizationCode("UNHCR"),
        status=TaskStatus.OPEN,
        requested_by=OrganizationCode("UNHCR"),
        entry="e",
        origin="playbook/INC-2026-0001/R-1|action--1#1:1",
    )
    page = Effect(
        id="unhcr/pager/INC-2026-0001/page.trigger/severity-high",
        action="page.trigger",
        connection="unhcr/pager",
        simulated=True,
        at=NOON,
        state="done",
    )
    state = IncidentState(key=IncidentKey("INC-2026-0001"))
    return Case(state=state, tasks={task.id: task}, effects={page.id: page})


async def runs() -> tuple[RunShown, ...]:
    run = Run(id="R-1", playbook="ransomware", started_at=NOON)
    step = StepStanding(
        number="5a2",
        content="9f2c",
        path="",
        step_id="action--1",
        name="Look",
        standing=Standing.RUNNING,
        depth=1,
        keys=("action--1#1",),
    )
    return (RunShown(run=run, steps=(step,)),)


async def indicators() -> tuple[Indicator, ...]:
    return (Indicator(kind=IndicatorKind.DOMAIN, value="evil.example"),)


def accounts(organization: OrganizationCode, port: PortName) -> tuple[Connection, ...]:
    id = connection_id(organization, port.value)
    vendor = next(each for each in Vendor if each.port is port and each.simulated)
    return (Connection(id=id, organization=organization, vendor=vendor, ceiling=Marking.GREEN),)


HEARING = Hearing(
    directory(),
    directory().person("unhcr-ciso"),
    NOON,
    parties,
    case,
    runs,
    indicators,
    accounts=accounts,
)


def test_no_two_commands_go_by_the_same_words() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))


def test_every_verb_that_is_judged_has_its_command_and_every_command_its_judge() -> None:
    typed = {command.verb for command in COMMANDS if command.target not in (Target.QUERY, Target.KEPT)}
    assert typed == {
        *INCIDENT_VERBS,
        *PART_VERBS,
        *RUN_VERBS,
        *REVIEW_VERBS,
        *TRIAGE_VERBS,
        *ROTA_VERBS,
        *DIRECTORY_VERBS,
        "answer",
    } - {
        "alerts.attach",
        "page.call",
        "say.sign",
        "say.change",
        "say.withdraw",
        "notice",
        "compare",
        "introduce",
        "introduced",
        "merged",
        "task.withdraw",
        "ask.withdraw",
        "review.save",
        "review.publish",
        "review.settle",
        "review.resume",
        "room.open",
    }
    assert typed <= set(PERMISSIONS)


@by_name
def test_every_field_of_its_form_has_words(command: ChatCommand) -> None:
    assert all(field.words(TEXTS, command) for field in fields(command))


@by_name
def test_a_query_has_an_answer_and_a_command_none(command: ChatCommand) -> None:
    assert (command.answer is not None) == (command.target is Target.QUERY)


@pytest.mark.parametrize("language", languages())
@by_name
async def test_the_example_works_in_every_language(command: ChatCommand, language: str) -> None:
    with speaking(Tongue(language=language)):
        line = read_line(f"/incident {command.example(TEXTS)}")
    found, words = find_command(COMMANDS, line.tokens)
    assert found is command
    request = await bind(found, line, words, HEARING)
    for parameter in command.parameters:
        if parameter.required and parameter.place in PEOPLES_WORDS:
            assert request.texts[parameter.label]


@pytest.mark.parametrize("language", languages())
@by_name
def test_the_usage_names_every_option_and_flag(command: ChatCommand, language: str) -> None:
    with speaking(Tongue(language=language)):
        usage = command.usage(TEXTS)
    for parameter in command.parameters:
        if parameter.place is Place.OPTION:
            assert f"{parameter.label}=" in usage
        if parameter.place is Place.FLAG:
            assert parameter.label in usage


@by_name
def test_parameters_stand_in_an_order_that_can_be_read(command: ChatCommand) -> None:
    places = [parameter.place for parameter in command.parameters]
    assert places.count(Place.MANY) <= 1
    assert sum(place in {Place.TITLE, Place.WORDS} for place in places) <= 1
    if Place.MANY in places:
        assert Place.WORD not in places[places.index(Place.MANY) :]


def test_the_page_of_commands_is_current() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert page == reference(TEXTS), "python -m bot.commands.reference > docs/commands.md"


def _said_outside_the_catalogue(source: Path) -> Iterator[str]:
    tree = ast.parse(source.read_text("utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and id(node) not in bare else None
        if isinstance(said, str) and re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", said):
            yield f"{source.name}:{getattr(node, 'lineno', 0)}: {said}"


@pytest.mark.parametrize("folder", ["bot/commands", "bot/terminal"])
def test_no_text_that_people_read_stands_outside_the_catalogue(folder: str) -> None:
    sources = sorted((ROOT / folder).glob("*.py"))
    assert sources
    found = [said for source in sources for said in _said_outside_the_catalogue(source)]
    assert found == []
