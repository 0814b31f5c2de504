"""What changed in an installation's files, as entries: what the record knew of them, compared with what they say."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from playbooks.directory.facts import Facts, Said, Sheet, parties_of
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import DEFAULT_MARKING, Marking

FILE_KINDS: Final = tuple(sheet.value for sheet in Sheet)
"""The kinds of entries that tell of files."""

_NOTHING: Final = Facts({}, {})
_OPERATOR: Final = Actor(id="operator", kind=ActorKind.OPERATOR, organization=OrganizationCode(""))
"""Whoever has the files: Muster knows no better who edited them."""


class Known(NamedTuple):
    """What the record knows of a sheet, and in how many entries it stands."""

    facts: Facts = _NOTHING
    entries: int = 0


def known_from(entries: Iterable[Entry]) -> Mapping[tuple[Sheet, OrganizationCode], Known]:
    """What the record knows of the files. Particulars that were erased are not known."""
    known: dict[tuple[Sheet, OrganizationCode], Known] = {}
    for entry in sorted(entries, key=lambda each: int(each.data["number"])):
        place = (Sheet(entry.kind), OrganizationCode(entry.data["organization"]))
        known[place] = Known(_after(known.get(place, Known()).facts, entry), int(entry.data["number"]))
    return known


def _after(facts: Facts, entry: Entry) -> Facts:
    changed = set(entry.data["fields"])
    codes = {path: value for path, value in facts.codes.items() if path not in changed}
    particulars = {path: value for path, value in facts.particulars.items() if path not in changed}
    return Facts({**codes, **entry.data["after"]}, {**particulars, **entry.texts})


def changes(
    known: Mapping[tuple[Sheet, OrganizationCode], Known], said: Said, files: Mapping[str, str], at: datetime
) -> tuple[Entry, ...]:
    """An entry for each sheet that says something else than the record knows; none where nothing changed.

    `files` are the digests of the files by what they are for. The id tells whose which change it is, so that of
    processes that start together one is taken at its word, and the others say the same.
    """
    places = sorted({*known, *said})
    found = (
        _change(known.get(place, Known()), place, said.get(place, _NOTHING), files, at) for place in places
    )
    return tuple(entry for entry in found if entry)


def _change(
    known: Known,
    place: tuple[Sheet, OrganizationCode],
    said: Facts,
    files: Mapping[str, str],
    at: datetime,
) -> Entry | None:
    (sheet, organization), was, number = place, known.facts, known.entries + 1
    codes, particulars = _differing(was.codes, said.codes), _differing(was.particulars, said.particulars)
    fields = sorted({*codes, *particulars})
    if not fields:
        return None
    return Entry(
        id=entry_id(f"{sheet}/{organization}/{number}"),
        incident=None,
        kind=sheet.value,
        at=in_milliseconds(at),
        actor=_OPERATOR,
        subject=f"directory/{organization}",
        data={
            "organization": organization,
            "number": number,
            "state": "changed" if any(was) and any(said) else "added" if any(said) else "ended",
            "fields": fields,
            "before": {path: was.codes[path] for path in codes if path in was.codes},
            "after": {path: said.codes[path] for path in codes if path in said.codes},
            "files": dict(files),
        },
        texts={path: said.particulars[path] for path in particulars if path in said.particulars},
        marking=Marking.GREEN if sheet is Sheet.ORGANIZATION else DEFAULT_MARKING,
        audience=_audience(sheet, organization, was, said),
    )


def _differing(was: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    return [path for path in {**was, **said} if was.get(path, _NOTHING) != said.get(path, _NOTHING)]


def _audience(sheet: Sheet, organization: OrganizationCode, was: Facts, said: Facts) -> tuple[str, ...]:
    """Of an agreement, whoever was a party or is one now."""
    match sheet:
        case Sheet.ORGANIZATION:
            return ("community",)
        case Sheet.PARTICULARS:
            return (organization,)
        case Sheet.AGREEMENT:
            return tuple(sorted({*parties_of(was.codes), *parties_of(said.codes)}))


def is_taken_at_its_word(entry: Entry, standing: Entry) -> bool:
    """Whether what stands under an entry's id says the same; when, and from which bytes of the files, may differ."""
    told = ("organization", "fields", "before", "after")
    return standing.texts == entry.texts and all(standing.data[name] == entry.data[name] for name in told)
