"""Whether a system is down: silent for long enough, and asked often enough, that it is not a passing trouble."""

from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

DOWN_AFTER: Final = timedelta(seconds=15)
"""Silent for so long. With the time between looks it leaves half of the minute in which people are to be elsewhere."""
_LOOKS: Final = 3


class Pulse(BaseModel):
    """How one system answered lately."""

    model_config = ConfigDict(frozen=True)

    silent_since: AwareDatetime | None = None
    unanswered: int = 0

    def answered(self) -> "Pulse":
        """It is there."""
        return Pulse()

    def silent(self, at: datetime) -> "Pulse":
        """It did not answer."""
        return Pulse(silent_since=self.silent_since or at, unanswered=self.unanswered + 1)

    def is_down(self, at: datetime) -> bool:
        """Whether to go elsewhere."""
        return (
            self.silent_since is not None
            and self.unanswered >= _LOOKS
            and at - self.silent_since >= DOWN_AFTER
        )
