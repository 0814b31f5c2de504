"""Telling an entry: a sentence for each kind, in the reader's language, from what the release rule has shown.

Where attribution is withheld (Chatham House, document 004 §5) neither the author nor a participant is named:
the sentence says “a party”, and so for people and for the names of tasks, which carry an organization.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.document import Button, Document, Inline, Mention, Paragraph, Text, Time
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.texts import Texts
from playbooks.texts.spoken import name_as_read, text_as_read
from playbooks.texts.wording import quoted, sentence

_PARTIES: Final = frozenset(
    {"organization", "to", "lead", "requested_by", "asked", "missing", "for", "recipient", "connection"}
    | {"moved_to", "was_organization"}
    | {"office", "led_by", "receiver", "source"}
)
_PEOPLE: Final = frozenset(
    {"person", "owner", "named", "asked_by", "was_person", "responsible", "by", "called"}
)
_TASKS: Final = frozenset({"task", "tasks"})
_PLACES: Final = frozenset({"station"})
_WITHHELD: Final = (
    dict.fromkeys(_PARTIES, "party")
    | dict.fromkeys(_PEOPLE, "person")
    | dict.fromkeys(_TASKS, "task")
    | dict.fromkeys(_PLACES, "place")
)
"""What among an entry's data tells who takes part, and what is said in its place."""


_AT_HAND: Final = {
    Kind.PAGE_CALL.value: ("button.acknowledge", "/incident page acknowledge"),
    Kind.PARTY_INVITE.value: ("page.waits.join", "/incident join"),
    Kind.UPDATE_REMIND.value: ("begin.update", "/incident update"),
    Kind.TASK_REQUEST.value: ("button.accept", "/incident task accept {task}"),
}
"""What an entry asks of the organization that it names: the label and the command of a button."""


_CALLS: Final = {
    Kind.PAGE_CALL.value: "called",
    Kind.NETWORK_ACTIVATE.value: "called",
    Kind.UPDATE_REMIND.value: "named",
    **dict.fromkeys(
        (
            Kind.TASK_ADD.value,
            Kind.TASK_REQUEST.value,
            Kind.TASK_ASSIGN.value,
            Kind.TASK_REMIND.value,
            Kind.TASK_ESCALATE.value,
        ),
        "owner",
    ),
}
"""Where an entry names whoever it waits for."""


def tell(shown: Shown, texts: Texts) -> Document:
    """What an entry says: a sentence, then people's own words as they are. Never raises, whatever its age."""
    words = "\n\n".join(_words(shown))
    blocks = (
        Paragraph(parts=_sentence(shown, texts)),
        *((Paragraph(parts=mentions),) if (mentions := _mentions(shown)) else ()),
        *((Paragraph(parts=(Text(text=words),)),) if words else ()),
    )
    return Document(blocks=blocks)


def at_hand(shown: Shown, texts: Texts, organization: OrganizationCode) -> tuple[Button, ...]:
    """What an organization that is told may do about it at once, in chat; most of what is told only informs."""
    if shown.slots.get("kind") == Kind.QUESTION_OPEN:
        return tuple(_answers(shown.slots.get("data") or {}, texts, organization))
    code, command = _AT_HAND.get(str(shown.slots.get("kind", "")), ("", ""))
    data = shown.slots.get("data") or {}
    if not code or data.get("organization") != organization:
        return ()
    return (Button(label=texts.say(code, **data), command=command.format(**data)),)


def _answers(data: Mapping[str, Any], texts: Texts, organization: OrganizationCode) -> Iterator[Button]:
    """For whom it is asked, what takes no more than a press: neither a passkey nor a number of hours."""
    purpose = data.get("purpose")
    if organization not in data.get("asked", ()) or data.get("fresh") or purpose == Purpose.MUTUAL_AID:
        return
    for option in OPTIONS[Purpose(purpose)] if purpose in set(Purpose) else ():
        command = f"/incident answer {data['consultation']} {option}"
        yield Button(label=texts.say(f"option.{option}"), command=command)


def story_line(shown: Shown, texts: Texts) -> tuple[Inline, ...]:
    """The same on a line of a timeline: when, what, and people's own words."""
    moment = _moment(shown)
    when: tuple[Inline, ...] = (moment, Text(text="  ")) if moment else ()
    return (*when, *_sentence(shown, texts), *quoted(texts, "\n".join(_words(shown))))


def _mentions(shown: Shown) -> tuple[Inline, ...]:
    """Whoever is called is mentioned, so that her telephone tells her."""
    if "actor" not in shown.slots:
        return ()
    found = (shown.slots.get("data") or {}).get(_CALLS.get(str(shown.slots.get("kind", "")), ""))
    called = [found] if isinstance(found, str) else found or ()
    author = (shown.slots["actor"] or {}).get("id")
    others = (Mention(person=PersonId(person)) for person in called if person and person != author)
    return tuple(part for mention in others for part in (Text(text=" "), mention))[1:]


def _sentence(shown: Shown, texts: Texts) -> tuple[Inline, ...]:
    kind = str(shown.slots.get("kind", ""))
    data = {**(shown.slots.get("data") or {}), **_name(shown)}
    said = dict(data) if "actor" in shown.slots else _withheld(data, texts)
    said |= {"kind": kind, "who": _who(shown, texts), "deed": data.get("action")}
    code = _variant(kind, data, texts)
    return sentence(texts, code, {**_unnamed(code, texts), **said})


def _variant(kind: str, data: Mapping[str, Any], texts: Texts) -> str:
    """The text that says most: how an effect ended and that nothing outside was reached, what a step is called."""
    simulated = ".simulated" if data.get("simulated") else ""
    named = ".named" if data.get("name") else ""
    state = f".{data.get('state', '')}"
    code = f"tell.{kind}"
    ways = (state + simulated, state, simulated, named)
    candidates = (*(code + way for way in ways if way), code)
    return next((candidate for candidate in candidates if candidate in texts), "tell.other")


def _withheld(data: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    return {
        name: texts.say(f"withheld.{_WITHHELD[name]}") if name in _WITHHELD and value else value
        for name, value in data.items()
    }


def _unnamed(code: str, texts: Texts) -> dict[str, str]:
    """What is said where a sentence names somebody who is withheld."""
    return {
        name: texts.say(f"withheld.{_WITHHELD[name]}")
        for name in texts.placeholders(code)
        if name in _WITHHELD
    }


def _who(shown: Shown, texts: Texts) -> str:
    actor = shown.slots.get("actor")
    if not actor:
        return texts.say("withheld.who")
    code = f"actor.{actor.get('kind', '')}"
    said = {"id": actor.get("id", ""), "organization": shown.slots.get("organization", "")}
    return texts.say(code, **said) if code in texts else str(said["id"])


def _words(shown: Shown) -> list[str]:
    """People's own words, and a shipped playbook's as they are read; the name of a step stands in the sentence."""
    if shown.slots.get("kind") in (Kind.REVIEW_SAVE, Kind.REVIEW_PUBLISH):
        return []  # a whole document; the review's own page shows it
    texts = shown.slots.get("texts") or {}
    return [text_as_read(str(text)) for name, text in texts.items() if text and name != "name"]


def _name(shown: Shown) -> dict[str, str]:
    name = (shown.slots.get("texts") or {}).get("name")
    return {"name": name_as_read(str(name))} if name else {}


def _moment(shown: Shown) -> Time | None:
    at = shown.slots.get("at")
    try:
        return Time(at=datetime.fromisoformat(at)) if isinstance(at, str) else Time(at=at) if at else None
    except ValueError:
        return None
