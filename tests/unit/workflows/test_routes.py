"""A question is given how those asked are called, as their teams told of themselves."""

from typing import Any

from playbooks.domain.command import Command
from playbooks.domain.community import Community
from playbooks.domain.team import Route, Team
from tests.casts import UN, UNICC, WFP, command
from workflows.terms import with_routes


class Told:
    """The community with three teams: one that is called by mail, one by pager, one on its chat."""

    known = Community(
        teams={WFP: Team(route=Route.MAIL), UN: Team(route=Route.PAGER), UNICC: Team(route=Route.SLACK)}
    )

    async def lately(self) -> Community:
        return self.known

    async def now(self) -> Community:
        return self.known


def _asks(verb: str = "ask", **more: Any) -> Command:
    return command("c", verb, "unhcr-ciso", asked=["WFP", "UN", "UNICC", "FAO"], **more)


async def test_a_question_is_given_the_routes_that_are_no_room() -> None:
    given = await with_routes(_asks(), Told())
    assert given.args["routes"] == {"WFP": "mail", "UN": "pager"}


async def test_nothing_is_added_to_another_command_nor_where_nobody_told() -> None:
    for asked, told in ((_asks("note"), Told()), (_asks(), None)):
        assert await with_routes(asked, told) == asked
    nobody = command("c", "ask", "unhcr-ciso", asked=["FAO"])
    assert await with_routes(nobody, Told()) == nobody
