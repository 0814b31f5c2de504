"""What the clocks of a call are started with."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.situation import Situation


class RetainerInput(BaseModel):
    """The call, by its id, in its situation; and the entry with which it was made."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    call: str
    situation: Situation
    called: Entry
    told: tuple[str, ...] = ()
    """What of its clocks was told already, by occasion."""
