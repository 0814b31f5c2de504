"""What the connections file says of each vendor; a new vendor is a new class and a new row."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)
from typing_extensions import override

from bot.connections import ACCOUNTS
from playbooks.actions.requests import CODE
from playbooks.cacao.model import CommandType
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.labels import parse_marking
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.ports.project import TrackerProject
from playbooks.ports.ticketing import TicketStatus
from playbooks.texts import load_texts

_OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _encrypted(url: str) -> str:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _OWN_MACHINE
    if not parts.hostname or "@" in parts.netloc or not (parts.scheme == "https" or local):
        raise ValueError(load_texts().say("file.entry.address"))
    return url.rstrip("/")


def _marking(said: object) -> object:
    try:
        return parse_marking(said) if isinstance(said, str) else said
    except Malformed as error:
        raise ValueError(error.sentence.rstrip(".")) from None


Reference = Annotated[str, Field(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")]
"""Where a secret is: `env:NAME` or `file:PATH`. Never the secret itself."""
Address = Annotated[str, AfterValidator(_encrypted)]
Allowed = Annotated[str, Field(pattern=r"^[A-Z]{3,10} /\S*$")]
"""`METHOD /path`; see `docs/connections.md`."""
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Frozen):
    """What every connection says, and all that a simulated one does."""

    organization: OrganizationCode
    vendor: Vendor
    account: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)] | None = None
    """Which of the organization's accounts it is; by default the one that playbooks use for this purpose."""
    ceiling: Annotated[Marking, BeforeValidator(_marking)]
    """The strictest marking that may pass; the organization decides it, so there is no default."""
    place: str = ""

    @property
    def connection(self) -> Connection:
        """The connection that this entry configures."""
        account = self.account or ACCOUNTS[self.vendor.port]
        return Connection(
            id=connection_id(self.organization, account),
            organization=self.organization,
            vendor=self.vendor,
            ceiling=self.ceiling,
            place=self.place,
        )

    @property
    def names_rooms_on(self) -> str:
        """Where the names of its rooms are taken once for everybody; empty where each account has its own."""
        return ""


class JiraCredentials(_Frozen):
    """An API token, or on a Data Center a personal access token; and what its webhook signs with."""

    token: Reference
    webhook_secret: Reference | None = None


class JiraEntry(Entry):
    """A project of a Jira, Cloud or Data Center."""

    url: Address
    credentials: JiraCredentials
    place: Code
    """The project's key."""
    user: str = ""
    """The mail address of the account that the API token belongs to; none with a personal access token."""
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    own_account: str = ""
    """Muster's account in that Jira, whose own doings its webhook does not tell."""
    issue_type: str | None = None
    subtask_type: str | None = None
    fields: Mapping[str, JsonValue] | None = None
    security: Mapping[Annotated[Marking, BeforeValidator(_marking)], str] | None = None
    priorities: Mapping[Severity, str] | None = None
    statuses: Mapping[TicketStatus, str] | None = None

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        _ = self.project
        return self

    @property
    def project(self) -> TrackerProject:
        """What the project wants of its tickets."""
        wishes = self.model_dump(include=set(TrackerProject.model_fields), exclude_none=True)
        return TrackerProject.model_validate(wishes)


class PagerDutyCredentials(_Frozen):
    """The service's integration key, a key of the REST API; and what its webhook signs with."""

    routing_key: Reference
    api_token: Reference
    webhook_secret: Reference | None = None


class PagerDutyEntry(Entry):
    """A service of a PagerDuty account."""

    credentials: PagerDutyCredentials
    place: Code
    """The service's id, `PIJ90N7`."""
    user: str = ""
    """The mail address of the user in whose name pages are given to people and noted."""
    url: Address | None = None
    events_url: Address | None = None
    """Both are stated for another service region, and neither for the first."""
    ca: Path | None = None


class SlackCredentials(_Frozen):
    """The bot's token, and what it listens with: an app-level token over a socket, the signing secret over HTTP.

    Where the app's tokens rotate, a refresh token and what the app is known by stand instead of the bot's token.
    """

    bot_token: Reference | None = None
    refresh_token: Reference | None = None
    client_id: Annotated[str, Field(pattern=r"^[0-9.]+$")] | None = None
    client_secret: Reference | None = None
    app_token: Reference | None = None
    signing_secret: Reference | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        rotating = (self.refresh_token, self.client_id, self.client_secret)
        if bool(self.bot_token) is any(rotating) or any(rotating) is not all(rotating):
            raise ValueError(load_texts().say("file.entry.slack"))
        return self


class SlackEntry(Entry):
    """A workspace; `place` is a prefix of its rooms' names."""

    credentials: SlackCredentials
    url: Address = "https://slack.com/api"
    groups: Mapping[Duty, Annotated[str, Field(pattern=r"^S[A-Z0-9]+$")]] = {}
    """The user group, by its id, that stands for a duty in the organization."""

    @property
    @override
    def connection(self) -> Connection:
        return super().connection.model_copy(update={"groups": tuple(self.groups.items())})


class MatrixCredentials(_Frozen):
    """The token of a device that nobody else uses, and the key that its store is locked with."""

    token: Reference
    store_key: Reference


class MatrixEntry(Entry):
    """An account on a homeserver; `place` is a prefix of its rooms' names."""

    credentials: MatrixCredentials
    url: Address
    devices: Literal["all", "signed"] = "all"
    """Which of people's devices are given what Muster says (docs/decisions/matrix-trust-of-devices.md)."""

    @property
    @override
    def names_rooms_on(self) -> str:
        return urlsplit(self.url).netloc.casefold()


class HttpCredentials(_Frozen):
    """At most one: a bearer token, the password of `user`, or a key in a header of its own."""

    token: Reference | None = None
    password: Reference | None = None
    key: Reference | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.token, self.password, self.key)) > 1:
            raise ValueError(load_texts().say("file.entry.http"))
        return self


class HttpEntry(Entry):
    """A place that playbooks may call, and what they may ask for there; an executor runs code there."""

    url: Address
    allow: Annotated[tuple[Allowed, ...], Field(min_length=1)]
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    credentials: HttpCredentials = HttpCredentials()
    user: str = ""
    key_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] | None = None
    ca: Path | None = None
    executes: tuple[CommandType, ...] = ()
    """Types of commands that the executor behind `url` runs."""

    @field_validator("executes")
    @classmethod
    def _code(cls, types: tuple[CommandType, ...]) -> tuple[CommandType, ...]:
        if not set(types) <= set(CODE):
            raise ValueError(load_texts().say("file.entry.executes", known=", ".join(CODE)))
        return types

    @property
    @override
    def connection(self) -> Connection:
        return super().connection.model_copy(update={"executes": tuple(each.value for each in self.executes)})


class MailCredentials(_Frozen):
    """The password of `user`; none for a server that knows this machine by its address."""

    password: Reference | None = None


class MailEntry(Entry):
    """A sender on an SMTP server; `place` is its address."""

    place: MailAddress
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    credentials: MailCredentials = MailCredentials()
    addresses: Mapping[PersonId, MailAddress] = {}
    """Of recipients who are nobody in the directory: a network's list. People's stand there, as `smtp`."""
    ca: Path | None = None

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.security == "none" and self.host not in _OWN_MACHINE:
            raise ValueError(load_texts().say("file.entry.own_machine"))
        if bool(self.user) is not bool(self.credentials.password):
            raise ValueError(load_texts().say("file.entry.user"))
        return self


class TaxiiCredentials(_Frozen):
    """At most one: a bearer token, or the password of `user`."""

    token: Reference | None = None
    password: Reference | None = None


class TaxiiEntry(Entry):
    """A collection on a TAXII 2.1 server; `place` is its id."""

    url: Address
    """Of the API root, or of the discovery."""
    place: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
    direction: Literal["give", "take", "both"]
    """The organization decides it, so there is no default."""
    user: str = ""
    credentials: TaxiiCredentials = TaxiiCredentials()
    ca: Path | None = None

    @model_validator(mode="after")
    def _for_several(self) -> Self:
        if not self.ceiling.within(Marking.AMBER_STRICT):
            raise ValueError(load_texts().say("file.entry.collection"))
        if self.credentials.token and self.credentials.password:
            raise ValueError(load_texts().say("file.entry.http"))
        if bool(self.user) is not bool(self.credentials.password):
            raise ValueError(load_texts().say("file.entry.user"))
        return self


ENTRIES: Final[Mapping[Vendor, type[Entry]]] = {
    Vendor.JIRA: JiraEntry,
    Vendor.MATRIX: MatrixEntry,
    Vendor.PAGERDUTY: PagerDutyEntry,
    Vendor.SLACK: SlackEntry,
    Vendor.SMTP: MailEntry,
    Vendor.HTTP: HttpEntry,
    Vendor.TAXII: TaxiiEntry,
    Vendor.ROTA: Entry,
    **{vendor: Entry for vendor in Vendor if vendor.simulated},
}
"""The vendors that the file may name."""
