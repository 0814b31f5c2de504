"""The hybrid cyberattack response network: activated by its definition, led by OICT, ended by both (002, §16)."""

from collections.abc import Iterator
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Missing
from bot.commands.parameter import Args, Place, choice, name, number, span, text
from bot.commands.which import recommendation
from bot.commands.who import people
from playbooks.domain.case import Case
from playbooks.domain.circle.hybrid import (
    SECRETARIAT,
    Danger,
    Known,
    Means,
    Measure,
    Network,
    Recommendation,
    Risk,
)
from playbooks.domain.document import Banner, Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.function import Office
from playbooks.domain.organization import Duty
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import quoted, sentence

_PARTS: Final = {
    "means": "misread.hybrid_means",
    "deliberate": "misread.hybrid_deliberate",
    "danger": "misread.hybrid_danger",
}
"""What is asked where a part of the definition is not answered."""


async def _every_part(args: Args, hearing: Hearing) -> Args:
    """Each part of the definition is asked for. Raises Misread with the question that is open.

    Who is on duty for DSS is called by name: a rota or a pager of the Secretariat has OICT's people alone (002 §15-16).
    """
    for part, question in _PARTS.items():
        if part not in args:
            raise Missing(part, code=question)
    on_call = hearing.directory.of(SECRETARIAT, Duty.ON_CALL)
    return {**args, "called": [person.id for person in on_call if person.office is Office.DSS]}


async def _on_the_newest(args: Args, hearing: Hearing) -> Args:
    """A version is written on the newest that the speaker sees, unless she says on which."""
    for label in ("station", "risk"):
        if label not in args:
            raise Missing(label)
    network = (await hearing.case()).state.hybrid
    return {"base": network.version if network else 0, **args}


async def _with_their_organizations(args: Args, hearing: Hearing) -> Args:
    people = [hearing.directory.person(each) for each in args["named"]]
    return {**args, "organizations": list(dict.fromkeys(person.organization for person in people))}


async def _said_which(args: Args, _hearing: Hearing) -> Args:
    if "version" not in args:
        raise Missing("version")
    return args


async def _shown(inquiry: Inquiry) -> Document:
    case, texts = await inquiry.case(), inquiry.texts
    network = case.state.hybrid
    if network is None:
        return Document(blocks=(paragraph(*texts.parts("hybrid.none", incident=case.state.key)),))
    heading = texts.say("hybrid.heading", incident=case.state.key)
    return Document(
        blocks=(
            Banner(marking=case.state.marking),
            Heading(text=heading),
            *_standing(texts, case, network),
        )
    )


def _standing(texts: Texts, case: Case, network: Network) -> Iterator[Block]:
    standing = "hybrid.active" if network.is_active else "hybrid.ended"
    said = {**network.definition.model_dump(mode="json"), **network.model_dump(mode="json")}
    basis = words_of(case, network.basis, "basis")
    yield paragraph(*sentence(texts, standing, said), *quoted(texts, basis))
    if network.assessments:
        newest = network.assessments[-1]
        said = {
            **newest.model_dump(mode="json"),
            "version": network.version,
            **{office.value.casefold(): network.signed.get(office) for office in Office},
            "offices": [office.value for office in Office if office not in network.signed],
            "agreed": network.agreed if network.agreed not in (0, network.version) else None,
        }
        words = words_of(case, newest.entry, "text")
        yield paragraph(*sentence(texts, "hybrid.assessment", said), *quoted(texts, words))
    lines = tuple(_line(texts, case, each) for each in network.recommendations)
    if lines:
        yield Bullets(items=lines)


def _line(texts: Texts, case: Case, each: Recommendation) -> tuple[Inline, ...]:
    origin = f"network/{each.id}"
    task = next((task for task in case.tasks.values() if task.origin == origin), None)
    said = {
        "recommendation": each.id,
        "measure": each.measure.value,
        "office": each.office.value,
        "task": task.id if task else None,
        "status": task.status.value if task else None,
        "withdrawn": each.withdrawn,
    }
    words = words_of(case, each.entry, "text")
    reason = words_of(case, task.told_in, "reason") if task else ""
    return (*sentence(texts, "hybrid.recommendation", said), *quoted(texts, words), *quoted(texts, reason))


HYBRID: Final = (
    ChatCommand(words=("hybrid",), verb="hybrid", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("hybrid", "activate"),
        verb="hybrid.activate",
        target=Target.INCIDENT,
        parameters=(
            choice("means", tuple(Means), Place.OPTION),
            choice("deliberate", tuple(Known), Place.OPTION),
            choice("danger", tuple(Danger), Place.OPTION),
            text("basis"),
        ),
        complete=_every_part,
    ),
    ChatCommand(
        words=("hybrid", "expose"),
        verb="hybrid.expose",
        target=Target.INCIDENT,
        parameters=(people("named"), text("text")),
        complete=_with_their_organizations,
    ),
    ChatCommand(
        words=("hybrid", "assess"),
        verb="hybrid.assess",
        target=Target.INCIDENT,
        parameters=(
            name("station", Place.OPTION),
            choice("risk", tuple(Risk), Place.OPTION),
            number("base", 10_000),
            text("text"),
        ),
        complete=_on_the_newest,
    ),
    ChatCommand(
        words=("hybrid", "recommend"),
        verb="hybrid.recommend",
        target=Target.INCIDENT,
        parameters=(choice("measure", tuple(Measure)), span("due", "due_minutes"), text("text")),
    ),
    ChatCommand(
        words=("hybrid", "withdraw"),
        verb="hybrid.withdraw",
        target=Target.INCIDENT,
        parameters=(recommendation(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("hybrid", "sign"),
        verb="hybrid.sign",
        target=Target.INCIDENT,
        parameters=(number("version", 10_000),),
        complete=_said_which,
    ),
    ChatCommand(
        words=("hybrid", "deactivate"),
        verb="hybrid.deactivate",
        target=Target.INCIDENT,
        parameters=(text("reason", required=False),),
    ),
)
