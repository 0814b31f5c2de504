"""`muster enrol`: a new enrolment link for one person, who lost what she signed in with, or has not enrolled yet."""

from typing import Annotated

import typer

from bot.cli.options import Data
from bot.cli.running import with_installation
from bot.composition.installation import Installation, utc_now
from bot.web.signin.enrolment import invite


def enrol(
    handle: Annotated[str, typer.Argument()],
    data: Data = None,
    *,
    revoke: Annotated[bool, typer.Option("--revoke")] = False,
) -> None:
    """Print a link that works once, for 24 hours. Give it to that person alone: it makes its holder that person."""

    async def use(muster: Installation) -> None:
        store, person = muster.signin, muster.directory.person(handle)
        if revoke:
            await store.revoke(person.id)
        invitation = await invite(store, person.id, muster.settings.page_origin, utc_now())
        typer.echo(f"@{invitation.person}  {invitation.link}")

    with_installation(data, use)
