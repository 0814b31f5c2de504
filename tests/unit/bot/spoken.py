"""Somebody who said that she is spoken to in French."""

from playbooks.domain.command import Command
from playbooks.domain.community import Community
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId
from playbooks.domain.judging.directory import judge_directory
from tests.casts import NOON, actor


async def spoken() -> tuple[Entry, ...]:
    """UNHCR's CISO said so."""
    said = Command(
        id=CommandId("said"),
        verb="directory.language",
        actor=actor("unhcr-ciso"),
        args={"language": "fr"},
        received_at=NOON,
    )
    return (judge_directory(Community(), said, NOON)[0],)
