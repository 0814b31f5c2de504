"""From codes to what people read: an argument in words, and a sentence with the clauses that apply."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from pydantic import BaseModel

from playbooks.domain.document import Inline, Text, Time
from playbooks.texts.catalogue import Texts, load_texts

_SPANS: Final = ((24 * 60, "d"), (60, "h"), (1, "min"))
"""Units by their length in minutes; those that the SI accepts have symbols that are the same in every language.

A week has none.
"""

_NOTHING: Final[tuple[object, ...]] = (None, "", [], (), {})


def label(texts: Texts, name: str, value: str) -> str:
    """The word for a coded value, `label(texts, "severity", "high")`; the code itself where there is none."""
    code = f"{name}.{value}"
    return texts.say(code) if code in texts else value


def span(minutes: int) -> str:
    """Minutes for people: 150 is `2 h 30 min`."""
    said = []
    for length, unit in _SPANS:
        count, minutes = divmod(minutes, length)
        if count:
            said.append(f"{count} {unit}")
    return " ".join(said) or "0 min"


def worded(texts: Texts, name: str, value: Any) -> Inline:  # noqa: ANN401  any JSON value of an entry or a verdict
    """One argument as people read it; its name says what it is: `..._at` a moment, `..._minutes` a span."""
    if name.endswith("_at") and (at := _moment(value)) is not None:
        return Time(at=at)
    if name.endswith("_minutes") and isinstance(value, int):
        return Text(text=span(value))
    return Text(text=_words(texts, name, value))


def sentence(texts: Texts, code: str, args: Mapping[str, Any]) -> tuple[Inline, ...]:
    """The text of a code, followed by each clause `<code>.with.<argument>` whose argument is there.

    Never raises: what is lacking reads “…”, so that an older record or a newer verdict is still told.
    """
    given = _given(args)
    return _joined(texts, (code, *_clauses(texts, code, given)), given)


def clauses(texts: Texts, code: str, args: Mapping[str, Any]) -> tuple[Inline, ...]:
    """The clauses of a sentence that apply, without the sentence; nothing where none does. Never raises."""
    given = _given(args)
    return _joined(texts, _clauses(texts, code, given), given)


def _given(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not False and value not in _NOTHING}


def _clauses(texts: Texts, code: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(clause for name in given if (clause := f"{code}.with.{name}") in texts)


def _joined(texts: Texts, codes: Iterable[str], given: Mapping[str, Any]) -> tuple[Inline, ...]:
    said: tuple[Inline, ...] = ()
    for each in codes:
        words = {name: _filled(texts, name, given) for name in texts.placeholders(each)}
        said += ((Text(text=" "),) if said else ()) + texts.parts(each, **words)
    return said


def said(code: str, args: Mapping[str, Any]) -> str:
    """The text of a code as a line, its arguments in words. Never raises, as `sentence`."""
    texts = load_texts()
    filled = {name: _filled(texts, name, args) for name in texts.placeholders(code)}
    return texts.say(
        code, **{name: each.text if isinstance(each, Text) else each for name, each in filled.items()}
    )


def said_in_parts(code: str, args: Mapping[str, Any]) -> tuple[Inline, ...]:
    """The same in pieces: a moment stays one, and what is typed as it stands is code. Never raises, as `sentence`."""
    texts = load_texts()
    filled = {name: _filled(texts, name, args) for name in texts.placeholders(code)}
    inline = {
        name: each if isinstance(each, Text | Time | int) else Text(text=str(each))
        for name, each in filled.items()
    }
    return texts.parts(code, **inline)


def quoted(texts: Texts, words: str) -> tuple[Inline, ...]:
    """People's own words after a sentence; nothing when there are none."""
    return (Text(text=" "), *texts.parts("quoted", words=words)) if words else ()


def _filled(texts: Texts, name: str, given: Mapping[str, Any]) -> Inline | int:
    value = given.get(name)
    if name == "count":
        return value if isinstance(value, int) else 0
    if isinstance(value, BaseModel):
        return cast("Inline", value)
    return Text(text="…") if value is None else worded(texts, name, value)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)


def _words(texts: Texts, name: str, value: Any) -> str:  # noqa: ANN401  as in `worded`
    if isinstance(value, Mapping):
        said = {label(texts, name, str(key)): str(each) for key, each in value.items()}
        return ", ".join(texts.say("paired", what=what, value=each) for what, each in said.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(label(texts, name, str(each)) for each in value)
    return label(texts, name, str(value))
