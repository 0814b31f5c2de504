"""The connections to vendors: which adapter stands behind each, with its credentials."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from bot.composition.chat import matrix_chat, slack_chat
from bot.connection_entries import (
    HttpEntry,
    JiraEntry,
    MailEntry,
    MatrixEntry,
    PagerDutyEntry,
    SlackEntry,
    TaxiiEntry,
)
from bot.connections import WiredConnections, all_connections, with_rotas
from bot.connections_file import Configured, read_connections
from bot.identities import account_of
from bot.operator_log import OperatorLog
from bot.reading.duty import OnCallOf
from bot.settings import Settings
from integrations.http.calls import HttpCalls
from integrations.http.client import Caller
from integrations.http.place import Access
from integrations.jira.client import JiraAccess, JiraSite
from integrations.jira.ticketing import JiraTicketing
from integrations.mail.sending import SmtpMail
from integrations.mail.server import MailAccess
from integrations.pagerduty.client import PagerDutyAccess, PagerDutyAccount
from integrations.pagerduty.paging import PagerDutyPaging
from integrations.simulated.connections import ADAPTERS
from integrations.simulated.device_store import SimulatedDeviceStore
from integrations.simulated.tokens import SimulatedTokens
from integrations.simulated.world import World
from integrations.taxii.client import Access as TaxiiAccess
from integrations.taxii.collection import TaxiiCollection
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.organization import Directory
from playbooks.ports.connections import AnyPort, Connections
from playbooks.ports.device_store import DeviceStore
from playbooks.ports.tokens import Tokens


@dataclass(frozen=True)
class Kept:
    """What adapters keep of their own, so that it outlives a process; in memory where nothing is said."""

    tokens: Tokens
    devices: DeviceStore


OwnPager = Callable[[Connection], AnyPort]
"""Makes Muster's own pager for a connection."""


def wired_connections(
    settings: Settings,
    directory: Directory,
    world: World,
    own_pager: OwnPager | None = None,
    on_rotas: Container[OrganizationCode] = (),
    on_call: Callable[[Connections], OnCallOf] | None = None,
    *,
    kept: Kept | None = None,
) -> WiredConnections:
    """The connections of the file, rotas, and the simulated world for everybody else. Raises Malformed."""
    configured = read_connections(settings.connections, directory)
    at_hand = kept or Kept(SimulatedTokens(), SimulatedDeviceStore())

    def adapter(connection: Connection) -> AnyPort:
        if connection.simulated:
            return ADAPTERS[connection.vendor](world, connection)
        if connection.vendor is Vendor.ROTA and own_pager:
            return own_pager(connection)
        return _real(configured[connection.id], directory, settings, at_hand)

    named = all_connections(directory, (each.connection for each in configured.values()))
    return WiredConnections(
        with_rotas(named, directory, on_rotas) if own_pager else named,
        adapter,
        directory.people,
        on_call,
    )


def _real(configured: Configured, directory: Directory, settings: Settings, kept: Kept) -> AnyPort:
    """The adapter of a vendor. Raises Denied where a secret is missing."""
    match configured.entry:
        case SlackEntry() | MatrixEntry() as entry:
            return _chat(configured, entry, directory, settings, kept)
        case JiraEntry() as entry:
            return _jira(configured, entry, directory)
        case PagerDutyEntry() as entry:
            return _pagerduty(configured, entry, directory)
        case HttpEntry() as entry:
            return _http(configured, entry)
        case MailEntry() as entry:
            return _mail(configured, entry, directory)
        case TaxiiEntry() as entry:
            return _taxii(configured, entry)
        case entry:
            raise NotImplementedError(f"{entry.vendor} has an entry and no adapter")


def _chat(
    configured: Configured,
    entry: SlackEntry | MatrixEntry,
    directory: Directory,
    settings: Settings,
    kept: Kept,
) -> AnyPort:
    if isinstance(entry, MatrixEntry):
        return matrix_chat(configured, entry, directory, kept.devices, settings.data)
    address = settings.room_address
    return slack_chat(configured, entry, directory, address, OperatorLog(), kept.tokens, settings.data)


def _jira(configured: Configured, entry: JiraEntry, directory: Directory) -> JiraTicketing:
    access = JiraAccess(
        url=entry.url,
        user=entry.user,
        token=configured.secret("token", entry.credentials.token),
        ca=configured.beside(entry.ca),
    )
    site = JiraSite(configured.connection.id, access)
    accounts = account_of(directory, configured.connection)
    return JiraTicketing(configured.connection, site, entry.project, accounts)


def _pagerduty(configured: Configured, entry: PagerDutyEntry, directory: Directory) -> PagerDutyPaging:
    region = entry.model_dump(include={"url", "events_url"}, exclude_none=True)
    access = PagerDutyAccess(
        routing_key=configured.secret("routing_key", entry.credentials.routing_key),
        api_token=configured.secret("api_token", entry.credentials.api_token),
        ca=configured.beside(entry.ca),
        user=entry.user,
        **region,
    )
    account = PagerDutyAccount(configured.connection.id, access)
    return PagerDutyPaging(configured.connection, account, account_of(directory, configured.connection))


def _mail(configured: Configured, entry: MailEntry, directory: Directory) -> SmtpMail:
    password = entry.credentials.password
    access = MailAccess.model_validate(
        entry.model_dump(include={"host", "port", "security", "user"})
        | {"password": configured.secret("password", password) if password else None}
        | {"ca": configured.beside(entry.ca)}
    )
    account = account_of(directory, configured.connection)
    return SmtpMail(
        configured.connection, access, lambda person: account(person) or entry.addresses.get(person)
    )


def _http(configured: Configured, entry: HttpEntry) -> HttpCalls:
    given = entry.credentials.model_dump(exclude_none=True)
    access = Access.model_validate(
        entry.model_dump(include={"url", "allow", "networks", "user", "key_header"}, exclude_none=True)
        | {name: configured.secret(name, reference) for name, reference in given.items()}
        | {"ca": configured.beside(entry.ca)}
    )
    return HttpCalls(configured.connection, Caller(configured.connection.id, access))


def _taxii(configured: Configured, entry: TaxiiEntry) -> TaxiiCollection:
    given = entry.credentials.model_dump(exclude_none=True)
    access = TaxiiAccess.model_validate(
        entry.model_dump(include={"url", "user"})
        | {"collection": entry.place, "ca": configured.beside(entry.ca)}
        | {"gives": entry.direction != "take", "takes": entry.direction != "give"}
        | {name: configured.secret(name, reference) for name, reference in given.items()}
    )
    return TaxiiCollection(configured.connection, access)
