"""Alerts that no rule declared: what waits, and what a person decides about it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.parameter import Place, choice, playbook, text
from bot.commands.which import fingerprints, groups, kept_alerts
from playbooks.alerts.spike import Spike
from playbooks.domain.document import Block, Button, Document, Heading, paragraph
from playbooks.domain.incident import Severity
from playbooks.domain.rsit import RSIT_CLASSES
from playbooks.ports.views import TriageItem
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_SHOWN: Final = 10
"""As many as a room bears; the board on the web shows them all."""


async def _waiting(inquiry: Inquiry) -> Document:
    texts = inquiry.texts
    items = await inquiry.views.triage(inquiry.reader)
    spiking = tuple(_spikes(texts, await inquiry.views.spikes(inquiry.reader)))
    if not items:
        return Document(blocks=(*spiking, paragraph(*texts.parts("triage.none"))))
    return Document(blocks=(*spiking, *_board(texts, items)))


def _spikes(texts: Texts, spikes: Iterable[Spike]) -> Iterator[Block]:
    for spike in spikes:
        said = {"source": spike.source, "count": spike.alerts, "usual": spike.usual, "since": spike.since}
        yield paragraph(*sentence(texts, "triage.spike", said))


def _board(texts: Texts, items: Sequence[TriageItem]) -> Iterator[Block]:
    yield Heading(text=texts.say("triage.heading", count=len(items)))
    for item in items[:_SHOWN]:
        said = {
            "group": item.id,
            "title": item.title,
            "severity": item.severity,
            "count": item.count,
            "owner": item.owner,
            "reason": item.reason,
        }
        yield paragraph(*sentence(texts, "triage.item", said))
        if not item.owner:
            yield _button(texts.say("button.claim"), "claim", item.id)
        yield _button(texts.say("button.declare"), "declare", item.id)
    if len(items) > _SHOWN:
        yield paragraph(*texts.parts("triage.more", count=len(items) - _SHOWN))


def _button(said: str, *words: str) -> Button:
    return Button(label=said, command=" ".join(("/incident", "triage", *words)))


TRIAGE: Final = (
    ChatCommand(words=("triage",), verb="triage", target=Target.QUERY, answer=_waiting),
    ChatCommand(words=("triage", "claim"), verb="triage.claim", target=Target.TRIAGE, parameters=(groups(),)),
    ChatCommand(
        words=("triage", "declare"),
        verb="triage.declare",
        target=Target.TRIAGE,
        parameters=(
            groups(),
            choice("severity", tuple(Severity), Place.OPTION, required=False),
            choice("class", RSIT_CLASSES, Place.OPTION, required=False),
            playbook(Place.OPTION, required=False),
            text("reason", required=False),
        ),
    ),
    ChatCommand(
        words=("triage", "attach"),
        verb="triage.attach",
        target=Target.INCIDENT,
        parameters=(groups(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("triage", "dismiss"),
        verb="triage.dismiss",
        target=Target.TRIAGE,
        parameters=(groups(), text("reason")),
    ),
    ChatCommand(
        words=("triage", "merge"),
        verb="triage.merge",
        target=Target.TRIAGE,
        parameters=(groups(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("triage", "split"),
        verb="triage.split",
        target=Target.TRIAGE,
        parameters=(groups(place=Place.WORD), fingerprints(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("triage", "erase"),
        verb="triage.erase",
        target=Target.TRIAGE,
        parameters=(kept_alerts(), text("reason")),
    ),
    ChatCommand(
        words=("triage", "erase", "approve"),
        verb="triage.erase.approve",
        target=Target.TRIAGE,
        parameters=(kept_alerts(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("triage", "erase", "reject"),
        verb="triage.erase.reject",
        target=Target.TRIAGE,
        parameters=(kept_alerts(), text("reason", required=False)),
    ),
)
