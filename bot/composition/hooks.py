"""Where vendors' webhooks meet the readers of their notices."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from pydantic import SecretStr

from bot.connection_entries import JiraEntry, PagerDutyEntry
from bot.connections_file import Configured, read_connections
from bot.hooks.files import FindPort, TicketFiles
from bot.hooks.router import hooks_router
from bot.hooks.taking import FindConnection, Taking
from bot.identities import person_of
from integrations.jira.notices import JiraNotices
from integrations.pagerduty.notices import PagerDutyNotices
from playbooks.domain.organization import Directory
from playbooks.ports.effects import Effects
from playbooks.ports.evidence import EvidenceStore
from playbooks.ports.gateway import Gateway
from playbooks.ports.notices import NoticeReader


def hooks(
    file: Path | None,
    directory: Directory,
    effects: Effects,
    gateway: Gateway,
    port: FindPort,
    evidence: EvidenceStore,
    now: Callable[[], datetime],
) -> APIRouter:
    """The route of webhooks: every connection of the file that has a secret for its own listens."""
    configured = {id: each for id, each in read_connections(file, directory).items() if _listens(each)}
    heard = taking(lambda id: configured[id].connection, directory, effects, gateway, port, evidence)
    return hooks_router({id: partial(_reader, each) for id, each in configured.items()}, heard, now)


def taking(
    connection: FindConnection,
    directory: Directory,
    effects: Effects,
    gateway: Gateway,
    port: FindPort,
    evidence: EvidenceStore,
) -> Taking:
    """What takes the notices of these connections."""
    person, files = partial(person_of, directory), TicketFiles(evidence, port)
    return Taking(effects, gateway, connection, person, port, files)


def _listens(configured: Configured) -> bool:
    match configured.entry:
        case JiraEntry() | PagerDutyEntry() as entry:
            return entry.credentials.webhook_secret is not None
        case _:
            return False


def _reader(configured: Configured) -> NoticeReader:
    """Raises Denied where the secret is missing."""
    match configured.entry:
        case JiraEntry() as entry:
            return JiraNotices(_secret(configured, entry.credentials.webhook_secret), entry.own_account)
        case PagerDutyEntry() as entry:
            return PagerDutyNotices(_secret(configured, entry.credentials.webhook_secret))
        case entry:
            raise NotImplementedError(f"{entry.vendor} has no webhooks")


def _secret(configured: Configured, reference: str | None) -> SecretStr:
    return configured.secret("webhook_secret", reference or "")
