"""Health: whether a connection works, asked without changing anything. Errors as in `write.py`."""

from typing import Protocol, runtime_checkable

from playbooks.domain.saying import Saying


@runtime_checkable
class Examined(Protocol):
    """An adapter that can be asked how it stands; `muster doctor` asks."""

    async def health(self) -> Saying:
        """Ask the vendor harmless questions with our credential; say what answered, in a few words.

        Raises Denied for a credential that is refused, Permanent for a place that is not there, and
        Transient where nobody answers.
        """
