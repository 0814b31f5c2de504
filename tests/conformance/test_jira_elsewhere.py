"""Jira's adapter against a server that others wrote, jira820, where it is installed; it knows a part of Jira 8.20.

Not tried with it, since it has them wrong or not at all: properties of comments, errors of a create, what a search
shows late.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.embedded import free_port
from integrations.jira.client import JiraAccess, JiraSite
from integrations.jira.ticketing import JiraTicketing, label
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Permanent, ProviderError
from playbooks.domain.marking import Marking
from playbooks.ports.project import TrackerProject
from playbooks.ports.ticketing import Attach, Comment, CreateTicket, TicketStatus, Transition
from tests.contract.samples import FILE, INCIDENT, MESSAGE, UNHCR, some_id

pytestmark = pytest.mark.conformance

PROJECT = "JIRA820"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("jira820")
    if program is None:
        pytest.skip("jira820 is not installed")
    port = str(free_port())
    said = (tmp_path / "log").open("wb")
    environ = {**os.environ, "JIRA820_HOST": "127.0.0.1", "JIRA820_PORT": port}
    with said, subprocess.Popen([program], cwd=tmp_path, env=environ, stdout=said, stderr=said) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def tickets(server: str) -> Iterator[JiraTicketing]:
    connection = Connection(
        id=connection_id(UNHCR, "tickets"),
        organization=UNHCR,
        vendor=Vendor.JIRA,
        ceiling=Marking.AMBER,
        place=PROJECT,
    )
    access = JiraAccess(url=server, token=SecretStr("anything"))
    port = JiraTicketing(connection, JiraSite(connection.id, access), TrackerProject())
    yield port
    port.close()


async def _ready(tickets: JiraTicketing) -> str:
    async with asyncio.timeout(30):
        while True:
            try:
                return str(await tickets.health())
            except ProviderError:
                await asyncio.sleep(0.1)


async def test_a_ticket_is_created_found_commented_and_done(tickets: JiraTicketing, server: str) -> None:
    assert await _ready(tickets) == f"Jira Data Center, project {PROJECT}"
    request = CreateTicket(effect_id=some_id("ticket.create", "1"), document=MESSAGE, labels=(INCIDENT,))
    made = await tickets.create_ticket(request)
    assert await tickets.find_ticket(request) == made
    await tickets.comment(
        Comment(effect_id=some_id("ticket.comment", "1"), ticket=made.ref, document=MESSAGE)
    )
    for _ in range(2):
        await tickets.transition(_done(made.ref))
    with pytest.raises(Permanent):
        await tickets.transition(_done("NONE-1"))

    async with httpx.AsyncClient(base_url=f"{server}/rest/api/2/issue/") as client:
        fields = (await client.get(made.ref)).json()["fields"]
        comments = (await client.get(f"{made.ref}/comment")).json()["comments"]
    assert fields["labels"] == [INCIDENT, label(request.effect_id)]
    assert fields["summary"] == "TLP:AMBER Ransomware on a file server"
    assert fields["priority"]["name"] == "Medium"
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert "Shares are encrypted" in comments[0]["body"]


async def test_a_file_is_attached_found_and_fetched(tickets: JiraTicketing, server: str) -> None:
    await _ready(tickets)
    request = CreateTicket(effect_id=some_id("ticket.create", "1"), document=MESSAGE, labels=(INCIDENT,))
    ticket = (await tickets.create_ticket(request)).ref
    attach = Attach(
        effect_id=some_id("ticket.attach", "1"),
        ticket=ticket,
        mark=f"{INCIDENT}-E-1",
        marking=Marking.AMBER,
        file=FILE,
    )
    assert await tickets.find_attachment(attach) is None
    made = await tickets.attach(attach)
    assert await tickets.find_attachment(attach) == made
    (seen,) = (await tickets.look(ticket)).files
    assert (seen.ref, seen.name, seen.size) == (made.ref, attach.name, len(FILE.content))
    assert await tickets.fetch(seen) == FILE.content


def _done(ticket: str) -> Transition:
    effect = some_id("ticket.transition", "1")
    return Transition(effect_id=effect, ticket=ticket, status=TicketStatus.DONE)
