"""Parameters that name something of an incident by its number: a task, a group, a run, an entry."""

import re
from typing import Final

from bot.commands.hearing import Hearing
from bot.commands.lookup import find_task
from bot.commands.misread import Misread, Unfound, short
from bot.commands.parameter import Args, Parameter, Place, Takes

_GROUP: Final = re.compile(r"G-[0-9a-f]{16}-\d{1,6}", re.IGNORECASE)
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.IGNORECASE)
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{8,32}", re.IGNORECASE)
_ENTRY: Final = re.compile(r"#?(\d{1,9})")
_ITEM: Final = re.compile(r"[Aa]-(\d{1,6})")
_EVIDENCE: Final = re.compile(r"E-?(\d{1,6})", re.IGNORECASE)
_ERASURE: Final = re.compile(r"X-?(\d{1,6})", re.IGNORECASE)
_DUTY: Final = re.compile(r"D-?(\d{1,6})", re.IGNORECASE)
_RECOMMENDATION: Final = re.compile(r"([PH])-?(\d{1,6})", re.IGNORECASE)
"""`H-1` are those of records from before hours of a vendor alone had that letter."""
_RUN: Final = re.compile(r"R-?(\d{1,6})", re.IGNORECASE)
_STEP: Final = re.compile(r"\d[\da-z.-]{0,59}")
_CONSULTATION: Final = re.compile(r"C-?(\d{1,6})", re.IGNORECASE)


def task() -> Parameter:
    """A task of the incident."""
    return Parameter(
        "task", Place.WORD, Takes.TASK, lambda typed, hearing: {"task": find_task(hearing.directory, typed)}
    )


def groups(label: str = "groups", place: Place = Place.MANY) -> Parameter:
    """Groups of alerts at triage, `G-0123456789abcdef-1`, as a list."""

    def read(typed: str, _hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        for each in named:
            if not _GROUP.fullmatch(each):
                raise Unfound("misread.no_group", typed=short(each))
        return {"groups": [f"G-{each[2:].lower()}" for each in named]}

    return Parameter(label, place, Takes.GROUP, read)


def kept_alerts() -> Parameter:
    """A group of alerts by its id, or what was set aside of a source by the source's name, as a list of one."""

    def read(typed: str, hearing: Hearing) -> Args:
        if typed[:2].upper() == "G-":
            return groups().read(typed, hearing)
        if not _SOURCE.fullmatch(typed):
            raise Misread("misread.no_group", typed=short(typed))
        return {"groups": [typed.lower()]}

    return Parameter("group", Place.WORD, Takes.GROUP, read)


def fingerprints() -> Parameter:
    """Alerts of a group by the first eight digits or more of their fingerprints, as its page shows them."""

    def read(typed: str, _hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        for each in named:
            if not _FINGERPRINT.fullmatch(each):
                raise Unfound("misread.no_fingerprint", typed=short(each))
        return {"fingerprints": [each.lower() for each in named]}

    return Parameter("fingerprints", Place.MANY, Takes.NAME, read)


def consultation() -> Parameter:
    """A question of the incident, `C-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _CONSULTATION.fullmatch(typed)
        if not match:
            raise Misread("misread.no_consultation", typed=short(typed))
        return {"consultation": f"C-{int(match[1])}"}

    return Parameter("consultation", Place.WORD, Takes.CONSULTATION, read)


def entry_number() -> Parameter:
    """An entry of the incident, by the number that timelines show: `12` or `#12`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ENTRY.fullmatch(typed)
        if not match or not int(match[1]):
            raise Misread("misread.no_entry", typed=short(typed))
        return {"number": int(match[1])}

    return Parameter("entry", Place.WORD, Takes.ENTRY, read)


def evidence() -> Parameter:
    """A piece of evidence of the incident, `E-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _EVIDENCE.fullmatch(typed)
        if not match:
            raise Misread("misread.no_evidence", typed=short(typed))
        return {"evidence": f"E-{int(match[1])}"}

    return Parameter("evidence", Place.WORD, Takes.EVIDENCE, read)


def erasure() -> Parameter:
    """A request to erase something, `X-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ERASURE.fullmatch(typed)
        if not match:
            raise Misread("misread.no_erasure", typed=short(typed))
        return {"erasure": f"X-{int(match[1])}"}

    return Parameter("erasure", Place.WORD, Takes.ERASURE, read)


def duty() -> Parameter:
    """A reporting duty of the incident, `D-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _DUTY.fullmatch(typed)
        if not match:
            raise Misread("misread.no_duty", typed=short(typed))
        return {"duty": f"D-{int(match[1])}"}

    return Parameter("duty", Place.WORD, Takes.NAME, read)


def recommendation() -> Parameter:
    """A recommendation of the joint assessment, `P-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _RECOMMENDATION.fullmatch(typed)
        if not match:
            raise Misread("misread.no_recommendation", typed=short(typed))
        return {"recommendation": f"{match[1].upper()}-{int(match[2])}"}

    return Parameter("recommendation", Place.WORD, Takes.NAME, read)


def item() -> Parameter:
    """An action of the incident's review, `A-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ITEM.fullmatch(typed)
        if not match:
            raise Misread("misread.no_item", typed=short(typed))
        return {"item": f"A-{int(match[1])}"}

    return Parameter("item", Place.WORD, Takes.NAME, read)


def run() -> Parameter:
    """A run of a playbook, `R-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _RUN.fullmatch(typed)
        if not match:
            raise Misread("misread.no_such_run", typed=short(typed))
        return {"run": f"R-{int(match[1])}"}

    return Parameter("run", Place.OPTION, Takes.NAME, read, required=False)


def step() -> Parameter:
    """A step of a run by its number in the checklist, `5a2`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _STEP.fullmatch(typed):
            raise Misread("misread.no_step", typed=short(typed))
        return {"step": typed}

    return Parameter("step", Place.WORD, Takes.NAME, read)
