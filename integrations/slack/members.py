"""Whom Muster may still speak to in a workspace, and who is in its user groups.

An account that was deactivated keeps its id, so the directory goes on naming it until somebody mends it: the operator
is told, and until then it counts as no account at all.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, MutableSet
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.failures import answered
from playbooks.domain.connection import Connection
from playbooks.domain.errors import ProviderError
from playbooks.ports.operator import Concern, Operator, Trouble

_FRESH: Final = timedelta(minutes=10)
"""So long an answer holds where no event of Slack's says otherwise: a worker hears no events."""
_WITHIN: Final = timedelta(seconds=2)
"""Nobody waits longer in an incident because Slack does not say who its members are."""
_AT_ONCE: Final = 20
"""Accounts asked about together: Slack takes some hundred such questions a minute. Of more, the others are taken for
active until they are asked about in their turn; whom Slack does not let in it names then."""
_NOBODY: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class SlackMembers:
    """What is known of the members of one workspace; asked of Slack where it is not."""

    def __init__(
        self,
        connection: Connection,
        web: AsyncWebClient,
        operator: Operator | None = None,
        gone: MutableSet[str] | None = None,
    ) -> None:
        """`gone` remembers the accounts that were deactivated, for longer than this process where it can."""
        self._connection, self._web, self._operator = connection, web, operator
        self._gone = set[str]() if gone is None else gone
        self._elsewhere = set[str]()
        """Accounts that the workspace does not know: of another one, or mistyped in the directory."""
        self._known: dict[str, float] = {}
        self._in: dict[str, tuple[float, frozenset[str]]] = {}

    def is_gone(self, account: str) -> bool:
        """Whether the account is known to be deactivated."""
        return account in self._gone

    def is_elsewhere(self, account: str) -> bool:
        """Whether the workspace said that it does not know the account."""
        return account in self._elsewhere

    async def look_at(self, accounts: Iterable[str]) -> None:
        """Learn whether these are still active; where Slack does not say, what was known holds. Raises nothing."""
        unsure = [account for account in accounts if not _is_fresh(self._known.get(account))]
        if unsure:
            await _if_slack_says(asyncio.gather(*map(self._look_at, unsure[:_AT_ONCE])))

    async def heard_of(self, user: Mapping[str, Any]) -> None:
        """Slack says how an account stands: the `user` of `users.info`, and of the event `user_change`."""
        account, gone = str(user["id"]), bool(user.get("deleted"))
        news = gone and account not in self._gone
        (self._gone.add if gone else self._gone.discard)(account)
        self._elsewhere.discard(account)
        self._known[account] = _now()
        if news and self._operator is not None:
            await self._operator.tell(
                Concern(
                    trouble=Trouble.GONE,
                    action="account",
                    connection=self._connection.id,
                    asked=f"{self._connection.organization}:on_call",
                    detail=account,
                )
            )

    def group_changed(self, group: str) -> None:
        """Slack says that a user group has other members now: it is asked anew when next needed."""
        self._in.pop(group, None)

    async def in_group(self, group: str) -> frozenset[str]:
        """The active accounts in a user group; where Slack does not say, as it last did. Raises nothing."""
        asked_at, _ = self._in.get(group, (None, None))
        if not _is_fresh(asked_at):
            await _if_slack_says(self._ask_for(group))
        _, members = self._in.get(group, (None, frozenset[str]()))
        await self.look_at(members)
        return frozenset(member for member in members if not self.is_gone(member))

    async def _look_at(self, account: str) -> None:
        call = self._web.users_info(user=account)
        said = await answered(self._connection.id, call, reads=True, fine=_NOBODY)
        await self.heard_of(said.get("user") or {"id": account})
        if "user" not in said:
            self._elsewhere.add(account)

    async def _ask_for(self, group: str) -> None:
        call = self._web.usergroups_users_list(usergroup=group)
        said = await answered(self._connection.id, call, reads=True)
        self._in[group] = (_now(), frozenset(map(str, said["users"])))


async def _if_slack_says(asking: Awaitable[object]) -> None:
    with suppress(ProviderError, TimeoutError):
        async with asyncio.timeout(_WITHIN.total_seconds()):
            await asking


def _is_fresh(at: float | None) -> bool:
    return at is not None and _now() - at < _FRESH.total_seconds()


def _now() -> float:
    return asyncio.get_running_loop().time()
