"""What the web is made of: ports, a few settings, and no more."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection

from bot.answer_links import AnswerLinks
from bot.commands.chat_command import ChatCommand
from bot.commands.desk import Reply, Speaker
from bot.reading.costs import CostReading
from bot.reading.courses import CourseReading
from bot.reading.duty import OnCallOf
from bot.reading.evidence import Locker
from bot.reading.exports import Appends, Exports
from bot.reading.figures import FigureReading
from bot.reading.publications import Publications
from bot.reading.reviews import ReviewReading
from bot.reading.viewing import Viewings
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory
from playbooks.ports.community import Communities
from playbooks.ports.gateway import Gateway
from playbooks.ports.openid import IdentityProvider
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.ports.rotas import Rotas
from playbooks.ports.signin import SignInStore
from playbooks.ports.views import Views
from playbooks.texts import Texts


class Desk(Protocol):
    """Takes a line that a person typed; `bot.commands.desk.Desk` is one."""

    async def hear(self, line: str, speaker: Speaker) -> Reply:
        """What is said back, with the verdict when the line was a command."""
        ...

    async def asking(self, command: ChatCommand, first: str, speaker: Speaker) -> ChatCommand:
        """The command with what it takes besides, where its first word is this one."""
        ...

    async def playbooks(self) -> Mapping[str, PlaybookAtHand]:
        """What may be run here, by name."""
        ...

    def faults(self, command: ChatCommand, values: Mapping[str, str], speaker: Speaker) -> dict[str, str]:
        """What is wrong with what stands in a command's form: a sentence for each field, by its label."""
        ...


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How this installation stands on the web."""

    origin: str
    """What browsers show before the path, `https://muster.example.org`; passkeys are bound to its host."""
    ceiling: Marking = Marking.RED
    """The strictest marking that pages may carry; the connection is the installation's own."""

    @property
    def secure(self) -> bool:
        """Whether cookies are for https alone."""
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """WebAuthn's relying party id: the host alone."""
        return urlsplit(self.origin).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class WebParts:
    """Everything that `create_app` needs; wired in `bot/composition`."""

    views: Views
    desk: Desk
    directory: Directory
    texts: Texts
    signin: SignInStore
    figures: FigureReading
    costs: CostReading
    reviews: ReviewReading
    publications: Publications
    gateway: Gateway
    runs: CourseReading
    evidence: Locker
    exports: Exports
    record: Appends
    viewings: Viewings
    on_call: OnCallOf
    rotas: Rotas
    communities: Communities
    links: AnswerLinks
    settings: WebSettings
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
    """Whether each part answers, by its name."""
    waiting: Callable[[], Awaitable[Mapping[str, int]]]
    """How much waits to be carried on, by queue. Raises Unavailable."""
    now: Callable[[], datetime]
    """The time, aware UTC."""
    providers: tuple[IdentityProvider, ...] = ()
    """Where organizations' people may sign in at home."""


def _parts(connection: HTTPConnection) -> WebParts:
    parts: WebParts = connection.app.state.parts
    return parts


Parts = Annotated[WebParts, Depends(_parts)]
"""A route's parameter: the parts of its app."""
