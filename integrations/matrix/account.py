"""Muster's account on a homeserver, and the one device that it speaks from."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from nio import AsyncClient, AsyncClientConfig
from pydantic import BaseModel, ConfigDict, HttpUrl, SecretStr

_WITHIN: Final = timedelta(seconds=5)
"""Of one request; the door waits eight seconds for what may take two (`playbooks/actions/times.py`)."""


class MatrixAccount(BaseModel):
    """How to reach and open the account; the token decides which user and which device Muster is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    homeserver: HttpUrl
    token: SecretStr
    """An access token of a device that nobody else uses: the device's keys live in `store` and nowhere else."""
    store: Path
    """A folder of this device's own; who has it and `store_key` reads what Muster reads."""
    store_key: SecretStr


def matrix_client(account: MatrixAccount) -> AsyncClient:
    """A client that asks once and says what happened: by default nio tries again without end, inside the call."""
    config = AsyncClientConfig(
        max_limit_exceeded=0,
        max_timeouts=0,
        request_timeout=_WITHIN.total_seconds(),
        encryption_enabled=True,
        pickle_key=account.store_key.get_secret_value(),
        store_name="device.db",
    )
    address = str(account.homeserver).rstrip("/")
    return AsyncClient(address, store_path=str(account.store), config=config)
