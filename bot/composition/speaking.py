"""Who speaks for a connection that has one voice: the worker that holds its lease."""

from functools import partial

from bot.composition.effects import effects_of
from bot.composition.installation import Installation, utc_now
from bot.composition.witnesses import boards_of, posting
from bot.leased import LeasedLoop, beside, kept_up, run_holding
from bot.witness.file import read_witnesses
from integrations.matrix.chat import MatrixChat
from playbooks.domain.connection import Connection
from playbooks.domain.ids import ConnectionId
from playbooks.ports.lease import Held
from workflows.engine import there
from workflows.worker import at_work, speaker


async def speaking(muster: Installation, connection: Connection, chat: MatrixChat) -> None:
    """Wait for the connection's lease, and speak for it while it is held: effects, answers, heads that are posted."""
    effects, heads = effects_of(muster), _heads(muster, connection.id)

    async def speak(held: Held) -> None:
        await there(muster.client)
        async with (
            chat.device.held(held),
            at_work(speaker(muster.client, effects, muster.holder, connection.id)),
            beside(heads, held),
        ):
            await held.lost.wait()

    name = f"matrix/{connection.id}"
    await kept_up(name, partial(run_holding, muster.leases, name, muster.holder, speak, enduring=True))


def _heads(muster: Installation, connection: ConnectionId) -> LeasedLoop:
    """What posts the log's heads in rooms of this connection, if the witnesses' file names any."""
    file = read_witnesses(muster.settings.witnesses)
    boards = boards_of(file, muster.connections.port, lambda id: id == connection)
    return posting(muster.pool, muster.keys, file, boards, muster.texts, utc_now)
