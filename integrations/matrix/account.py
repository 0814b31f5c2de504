"""Muster's account on a homeserver, and the one device that it speaks from."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from nio import AsyncClient, AsyncClientConfig
from pydantic import BaseModel, ConfigDict, HttpUrl, SecretStr

from integrations.matrix.devices import Devices
from integrations.matrix.invitations import Invitations
from integrations.matrix.kept import Keeping, KeptClient
from integrations.matrix.owed import OwedKeys

_WITHIN: Final = timedelta(seconds=5)
"""Of one request; the door waits eight seconds for what may take two (`playbooks/actions/times.py`)."""
_ASKING_ONCE: Final[dict[str, Any]] = {
    "max_limit_exceeded": 0,
    "max_timeouts": 0,
    "request_timeout": _WITHIN.total_seconds(),
}
"""A client asks once and says what happened: by default nio tries again without end, inside the call."""


logging.getLogger("nio").setLevel(logging.ERROR)
"""It warns of what is ordinary, a device without a session, a refused request; what matters the adapter says itself."""


class MatrixAccount(BaseModel):
    """How to reach and open the account; the token decides which user and which device Muster is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    homeserver: HttpUrl
    token: SecretStr
    """An access token of a device that nobody else uses: its keys are in the store kept here, and nowhere else."""
    store_key: SecretStr
    """Who has it and the store reads what Muster reads."""
    devices: Devices = Devices.ALL
    former: Path | None = None
    """The file that an earlier version kept the store in, on this machine; read where Muster keeps none yet."""


def asking_client(account: MatrixAccount) -> AsyncClient:
    """A client that reads what is not encrypted: it needs no store, and any process may have one."""
    client = AsyncClient(
        _address(account), config=AsyncClientConfig(encryption_enabled=False, **_ASKING_ONCE)
    )
    client.access_token = account.token.get_secret_value()
    return client


def kept_client(place: str, account: MatrixAccount, keeping: Keeping) -> KeptClient:
    """The client that speaks, on the store that is kept."""
    key = account.store_key.get_secret_value()
    config = AsyncClientConfig(encryption_enabled=True, pickle_key=key, store=keeping.open, **_ASKING_ONCE)
    client = KeptClient(_address(account), store_path="kept", config=config)
    client.keeping, client.owed, client.invitations = keeping, OwedKeys(place), Invitations(place)
    return client


def _address(account: MatrixAccount) -> str:
    return str(account.homeserver).rstrip("/")
