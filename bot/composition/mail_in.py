"""The door for alerts that come by mail, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.alerts import sources_of
from bot.composition.installation import Installation, utc_now
from bot.intake.mail import MailDoor, mail_served
from bot.intake.taking import Taking


@asynccontextmanager
async def mail_listening(muster: Installation) -> AsyncIterator[None]:
    """Take alerts by mail for as long as the block runs, where a port is set. Raises Unavailable."""
    settings = muster.settings
    if settings.smtp_port is None:
        yield
        return
    door = MailDoor(sources_of(settings), Taking(muster.intake, utc_now))
    async with mail_served(door, settings.smtp_host, settings.smtp_port):
        yield
