"""One place as an HttpPort."""

from pydantic import JsonValue

from integrations.http.client import Caller
from integrations.http.executor import execution
from integrations.http.failures import check_status
from integrations.http.openc2 import message, results_of, status_of
from playbooks.actions.answers import document_of, filled
from playbooks.domain.connection import Connection
from playbooks.ports.http import Request
from playbooks.ports.write import Made


class HttpCalls:
    """The HttpPort of one connection; see `docs/connections.md` for its list."""

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._caller = caller

    async def send(self, request: Request) -> Made:
        """See the port."""
        answer = await self._caller.call(request.call)
        check_status(self._connection.id, answer.status, answer.headers)
        return Made(ref=str(answer.status), given=self._filled(request, document_of(answer.body)))

    async def command(self, request: Request) -> Made:
        """See the port."""
        answer = await self._caller.call(message(request.call, request.effect_id))
        check_status(self._connection.id, answer.status, answer.headers)
        status = status_of(answer.body, answer.status)
        check_status(self._connection.id, status, answer.headers)
        return Made(ref=str(status), given=self._filled(request, results_of(answer.body)))

    async def execute(self, request: Request) -> Made:
        """See the port."""
        answer = await self._caller.call(execution(request.call, request.effect_id))
        check_status(self._connection.id, answer.status, answer.headers)
        return Made(ref=str(answer.status), given=self._filled(request, document_of(answer.body)))

    def _filled(self, request: Request, document: JsonValue) -> dict[str, str]:
        return filled(document, request.call.fills, self._caller.secrets)
