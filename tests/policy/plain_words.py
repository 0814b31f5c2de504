"""What the cells of the policy table say, for people who read no code: a few words for each rule that refuses."""

from typing import Final

from bot.commands.registry import COMMANDS
from playbooks.texts import load_texts

YES: Final = "yes"
SAID: Final[dict[str, tuple[str, str]]] = {
    "not_entitled": ("no", "their role does not entitle them to it"),
    "not_found": ("not told of it", "they may not know of it, and are answered as if it did not exist"),
    "not_declared": ("none declared", "there is no incident yet that it could be about"),
    "already_declared": ("is declared", "the incident was declared already; each is declared once"),
    "incident_closed": ("is closed", "the incident is closed; reopen it first"),
    "incident_open": ("is open", "the incident is open still; this is for afterwards"),
    "restricted": ("is restricted", "the incident is restricted to persons by name"),
    "legal_hold": ("under legal hold", "a legal hold is in force, and nothing may be erased"),
    "held_already": ("is held already", "a legal hold is in force already"),
    "not_held": ("is not held", "there is no legal hold to lift"),
    "not_representative": (
        "not representing",
        "they do not speak for their organization: its CISO or duty officer does",
    ),
    "not_co_chair": ("not co-Chair", "a co-Chair of the community alone may"),
    "not_secretary": ("not Secretary", "the Secretary of the community alone may"),
    "not_holder": ("not the holder", "they do not hold the piece of evidence that they would hand over"),
    "not_own_entry": ("not their entry", "only who made an entry may correct it"),
    "not_approver": ("not an approver", "the office that has to approve is another's"),
    "not_entrusted": ("not entrusted", "a provider with a recorded mandate alone may"),
    "not_the_fund": ("not the fund", "it is for the organization that bears the cost to say"),
    "not_asked": ("was not asked", "the question was not put to their organization"),
    "no_mandate": ("no mandate", "no mandate was given that they could act on"),
    "no_review": ("no review yet", "no review has been opened: that happens at the close"),
    "no_party_to_agreement": (
        "not in agreement",
        "their organization is no party to the agreement with the vendor",
    ),
    "not_entitled_to_call": ("may not call them", "they may not call on the vendor under this agreement"),
    "not_entitled_to_service": ("not a customer", "their organization may not ask for this service"),
    "lead_cannot_leave": ("leads it", "the organization that leads cannot leave"),
    "own_pager_only": ("own pager only", "pages that a vendor holds are acknowledged there"),
    "dss_physical_security_only": ("no cyber work", "DSS does physical security, and no cyber work"),
}
"""By the code of the rule: what the cell says, at most 17 letters, and what that means."""

_TEXTS: Final = load_texts()
_NOT_TYPED: Final = "Given by no person: a machine, a page of the web or Muster itself says it."


def cell(code: str) -> str:
    """What a cell says of a verdict; a rule without words is an error, so that no code slips in."""
    return YES if code == YES else SAID[code][0]


def legend() -> str:
    """What each of the words means."""
    told = "\n".join(f"  {said:<19}{means}" for said, means in SAID.values())
    return f"`{YES}` is let through. What else stands there says why not:\n\n{told}\n"


def meaning(verb: str) -> str:
    """What a command does, in the words in which people are told, and how it is typed."""
    for each in COMMANDS:
        if each.verb == verb:
            return f"{each.summary(_TEXTS)} (/incident {' '.join(each.words)})"
    return _NOT_TYPED
