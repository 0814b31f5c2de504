"""A marking as people and other systems write it."""

from playbooks.domain.classification import check_not_classified
from playbooks.domain.errors import Malformed
from playbooks.domain.marking import Marking
from playbooks.domain.saying import says


def parse_marking(text: str) -> Marking:
    """Read a label as people type it: `amber+strict`, `TLP:GREEN`; WHITE is TLP 1.0 and reads as CLEAR.

    Raises Malformed for anything else, Refused for a label of NATO or of a State.
    """
    check_not_classified(text)
    label = text.strip().upper().removeprefix("TLP:").replace(" ", "").replace("WHITE", "CLEAR")
    try:
        return Marking(f"TLP:{label}")
    except ValueError:
        known = ", ".join(Marking)
        raise Malformed(says("unknown_marking", text=text, known=known)) from None
