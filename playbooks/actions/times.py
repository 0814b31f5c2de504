"""How long things may take: `client` < `lease` < `activity`.

Otherwise an attempt that outlives its time-out acts a second time, next to the one that replaced it.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from playbooks.domain.connection import PortName


class Times(BaseModel):
    """The spans of one port. An attempt makes two calls at most (look, act): twice `client` < `lease`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: timedelta
    """After this a call to the vendor is given up and its outcome is unknown."""
    lease: timedelta
    """For this long nobody else attempts the effect."""
    activity: timedelta
    """After this Temporal starts another attempt."""
    patience: timedelta
    """Attempts go on for this long after the effect was asked for; then it ends as failed or unknown."""


def _times(client: int, lease: int, activity: int, patience: timedelta) -> Times:
    seconds = timedelta(seconds=1)
    return Times(
        client=client * seconds, lease=lease * seconds, activity=activity * seconds, patience=patience
    )


TIMES: dict[PortName, Times] = {
    PortName.CHAT: _times(client=8, lease=20, activity=30, patience=timedelta(hours=1)),
    PortName.TICKETING: _times(client=10, lease=25, activity=40, patience=timedelta(days=1)),
    PortName.PAGING: _times(client=8, lease=20, activity=30, patience=timedelta(minutes=15)),
    PortName.MAIL: _times(client=20, lease=50, activity=70, patience=timedelta(days=1)),
    PortName.HTTP: _times(client=15, lease=35, activity=50, patience=timedelta(minutes=15)),
    PortName.SHARING: _times(client=30, lease=70, activity=90, patience=timedelta(days=1)),
    PortName.CONTAINMENT: _times(client=30, lease=70, activity=90, patience=timedelta(minutes=15)),
}
