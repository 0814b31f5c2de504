"""The servers Muster brings along: a real PostgreSQL and a real Temporal for an installation on one machine.

They make one command enough to start; they are not for production, where Muster is given the address of a
PostgreSQL and of a Temporal that somebody keeps.
"""

from bot.embedded.data import data_lock, remove_data
from bot.embedded.errors import EmbeddedServerError
from bot.embedded.ports import free_port, remembered_ports
from bot.embedded.postgres import EmbeddedPostgres, embedded_postgres
from bot.embedded.supervise import Child, Program, supervised
from bot.embedded.temporal import EmbeddedTemporal, embedded_temporal

__all__ = [
    "Child",
    "EmbeddedPostgres",
    "EmbeddedServerError",
    "EmbeddedTemporal",
    "Program",
    "data_lock",
    "embedded_postgres",
    "embedded_temporal",
    "free_port",
    "remembered_ports",
    "remove_data",
    "supervised",
]
