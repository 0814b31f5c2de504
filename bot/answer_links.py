"""The link in a mail that answers one question, once, for one organization, by one person: made and read.

It is encrypted and authenticated under a key of the installation (Fernet), so that nobody makes or changes one, and
whoever sees it in passing reads no code in it. It signs nobody in (docs/decisions/consultation-answers-by-link.md).
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.consultation import Question
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import CommandId, ConsultationId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.organization import Directory, Person
from playbooks.domain.policy import knows_of, represents
from playbooks.ports.community import Communities

PLACE: Final = "/answer"
_DIGITS: Final = 32


class Link(NamedTuple):
    """What a link is good for, and until when."""

    incident: IncidentKey
    consultation: ConsultationId
    organization: OrganizationCode
    person: PersonId
    expires_at: AwareDatetime
    """The question's deadline: what is late is said by whoever signs in."""


_LINK: Final = TypeAdapter(Link)


class AnswerLinks:
    """Makes links and reads them, under one key of 32 bytes."""

    def __init__(self, key: bytes, origin: str) -> None:
        self._key = key
        self._fernet = Fernet(urlsafe_b64encode(key))
        self._origin = origin

    def made(self, link: Link) -> str:
        """The whole address, for a mail and for nothing else."""
        token = self._fernet.encrypt(_LINK.dump_json(link)).decode().rstrip("=")
        return f"{self._origin}{PLACE}/{token}"

    def read(self, token: str) -> Link | None:
        """What somebody's token is good for, over or not; None for one that this installation did not make."""
        with suppress(InvalidToken, ValidationError, UnicodeEncodeError):
            padding = "=" * (-len(token) % 4)  # left out of addresses, whose end programs of mail may cut off
            return _LINK.validate_json(self._fernet.decrypt(f"{token}{padding}".encode("ascii")))
        return None

    def command_id(self, link: Link) -> CommandId:
        """The id of its one command: the same for every link to the same question for the same person.

        Keyed, so that nobody can try persons against an id, which outlives the erasure of whoever gave the command.
        """
        about = _LINK.dump_json(link._replace(expires_at=datetime.fromisoformat("1970-01-01T00:00:00Z")))
        digest = hmac.new(self._key, b"answer" + about, sha256).hexdigest()
        return CommandId(f"link:{digest[:_DIGITS]}")


class Answerable:
    """Whom a mail about a question gives a link: whoever may answer it by one now. Everybody else signs in."""

    def __init__(
        self,
        links: AnswerLinks,
        case: Callable[[IncidentKey], Awaitable[Case]],
        directory: Directory,
        communities: Communities,
        now: Callable[[], datetime],
    ) -> None:
        self._links = links
        self._case = case
        self._directory = directory
        self._communities = communities
        self._now = now

    async def __call__(
        self, key: IncidentKey, consultation: ConsultationId, person: PersonId
    ) -> tuple[str, datetime] | None:
        """Her link, and until when it is good; None where she gets none. Raises NotFound and Unavailable."""
        case = await self._case(key)
        asked = case.consultations.get(consultation)
        if asked is None or asked.closed or not asked.question.is_by_link:
            return None
        try:
            known = (await self._communities.lately()).standing(self._directory.person(person))
        except NotFound:
            return None
        if self._now() >= asked.question.deadline_at or not _may_answer(case, asked.question, known):
            return None
        until = asked.question.deadline_at
        return self._links.made(Link(key, consultation, known.organization, known.id, until)), until


def _may_answer(case: Case, question: Question, person: Person) -> bool:
    actor = Actor.of(person)
    return person.organization in question.asked and represents(actor) and knows_of(actor, case.state)
