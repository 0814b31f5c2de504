"""How each kind of entry changes what is known of an effect, and of the thing that it made at its vendor."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from playbooks.domain.case import Effect
from playbooks.domain.entry import Entry
from playbooks.domain.folding.growing import Change, Folding
from playbooks.domain.kinds import Kind
from playbooks.domain.seen import SeenAs


def _effect_intended(case: Folding, entry: Entry) -> None:
    data = entry.data
    effect = Effect(
        id=entry.subject.removeprefix("effect/"),
        action=data["action"],
        connection=data["connection"],
        simulated=data.get("simulated", False),
        at=entry.at,
        about=_about(data.get("args") or {}),
        wanted=str((data.get("args") or {}).get("status", "")),
        severity=str((data.get("args") or {}).get("severity", "")),
        assignee=str((data.get("args") or {}).get("assignee", "")),
        topic=str((data.get("args") or {}).get("topic", "")),
    )
    case.effects[effect.id] = effect


def _about(args: Mapping[str, Any]) -> str:
    """The effect that a page, a ticket or a room is referred to by; empty for a reference of the vendor's own."""
    said = args.get("page") or args.get("ticket") or args.get("room")
    return said.removeprefix("ref:") if isinstance(said, str) and said.startswith("ref:") else ""


def _effect_concluded(case: Folding, entry: Entry) -> None:
    effect = case.effects.get(entry.subject.removeprefix("effect/"))
    if effect is not None:
        known = {
            name: entry.data.get(name, "") for name in ("state", "vendor_ref", "url", "listing", "detail")
        }
        case.effects[effect.id] = effect.model_copy(update={**known, "ended_at": entry.at})
        brought = _BROUGHT.get(effect.wanted or effect.action)
        if known["state"] == "done" and brought:
            _stands(case, effect.about, heard_as=brought, heard_said="")
        if known["state"] == "done" and effect.action in _SETS:
            _stands(case, effect.about or effect.id, **_set(effect, entry.data.get("missing") or ()))


_SETS: Final = ("ticket.create", "ticket.update")


def _set(effect: Effect, missing: Collection[str]) -> dict[str, str]:
    """What stands on the ticket now: whoever was not to be found there has not got it."""
    severity = {"severity": effect.severity} if effect.severity else {}
    assigned = {"assignee": "" if effect.assignee in missing else effect.assignee}
    return severity | (assigned if effect.assignee else {})


_BROUGHT: Final = {
    "open": SeenAs.FRESH,
    "in_progress": SeenAs.IN_HAND,
    "done": SeenAs.OVER,
    "page.acknowledge": SeenAs.IN_HAND,
    "page.resolve": SeenAs.OVER,
}
"""How a thing stands after we changed it."""


def _stands(case: Folding, id: str, **update: object) -> None:
    effect = case.effects.get(id)
    if effect is not None:
        case.effects[id] = effect.model_copy(update=update)


def _heard(as_: SeenAs | None) -> Callable[[Folding, Entry], None]:
    """What a vendor tells of what an effect made."""

    def change(case: Folding, entry: Entry) -> None:
        effect = case.effects.get(entry.data.get("effect", ""))
        if effect is None:
            return
        status = str(entry.data.get("now", "")).partition("status: ")[2]
        said = {"heard_as": as_} if as_ else {"heard_said": status} if status else {}
        gone = {"told": as_.value} if as_ is SeenAs.GONE else {}
        _stands(case, effect.id, heard=effect.heard + 1, **said, **gone)

    return change


def _compared(case: Folding, entry: Entry) -> None:
    effect = case.effects.get(entry.data.get("effect", ""))
    if effect is None:
        return
    moved = _moved(effect, entry.data["moved"]) if entry.data.get("moved") else {}
    told = {
        "told": entry.data["state"],
        "told_said": str(entry.data.get("said", "")),
        "looks": effect.looks + 1,
    }
    _stands(case, effect.id, **{**told, **moved})


def _moved(effect: Effect, ref: str) -> dict[str, str]:
    """Its address ends in its reference, where it has one."""
    own = effect.vendor_ref
    at = {"url": effect.url.removesuffix(own) + ref} if own and effect.url.endswith(f"/{own}") else {}
    return {"vendor_ref": ref, "told": "", **at}


def remarked(case: Folding, entry: Entry) -> None:
    """Somebody commented on a ticket there, or attached a file to it."""
    effect = case.effects.get(entry.data.get("effect", ""))
    if effect is not None and entry.data.get("remark"):
        _stands(case, effect.id, remarks=(*effect.remarks, str(entry.data["remark"])))


EFFECTS: dict[str, Change] = {
    Kind.EFFECT_INTEND: _effect_intended,
    Kind.EFFECT_CONCLUDE: _effect_concluded,
    Kind.PAGE_ACKNOWLEDGE: _heard(SeenAs.IN_HAND),
    Kind.PAGE_UNACKNOWLEDGE: _heard(SeenAs.FRESH),
    Kind.PAGE_REASSIGN: _heard(None),
    Kind.PAGE_RESOLVE: _heard(SeenAs.OVER),
    Kind.PAGE_NOTE: remarked,
    Kind.PAGE_RESPOND: _heard(None),
    Kind.TICKET_CHANGE: _heard(None),
    Kind.TICKET_COMMENT: remarked,
    Kind.TICKET_ATTACH: remarked,
    Kind.TICKET_DELETE: _heard(SeenAs.GONE),
    Kind.THING_DIFFER: _compared,
    Kind.THING_AGREE: _compared,
}
