"""ATT&CK ids in vendors' words: tactics by id or by name in any spelling, techniques by id."""

import re
from collections.abc import Iterable
from typing import Final

TACTICS: Final = {
    "reconnaissance": "TA0043",
    "resourcedevelopment": "TA0042",
    "initialaccess": "TA0001",
    "execution": "TA0002",
    "persistence": "TA0003",
    "privilegeescalation": "TA0004",
    "defenseevasion": "TA0005",
    "defenceevasion": "TA0005",
    "credentialaccess": "TA0006",
    "discovery": "TA0007",
    "lateralmovement": "TA0008",
    "collection": "TA0009",
    "exfiltration": "TA0010",
    "commandandcontrol": "TA0011",
    "commandcontrol": "TA0011",
    "impact": "TA0040",
    "inhibitresponsefunction": "TA0107",
    "impairprocesscontrol": "TA0106",
}
"""Names without blanks and marks, as https://attack.mitre.org/tactics/ gives them."""

_HAYABUSA: Final = {
    "Recon": "TA0043",
    "ResDev": "TA0042",
    "InitAccess": "TA0001",
    "Exec": "TA0002",
    "Persis": "TA0003",
    "PrivEsc": "TA0004",
    "Evas": "TA0005",
    "CredAccess": "TA0006",
    "Disc": "TA0007",
    "LatMov": "TA0008",
    "Collect": "TA0009",
    "Exfil": "TA0010",
    "C2": "TA0011",
}
"""How Hayabusa shortens them (its `mitre_tactics.txt`), by these letters alone: elsewhere `exec` is no tactic."""

_TACTIC = re.compile(r"\bTA\d{4}\b", re.IGNORECASE)
_TECHNIQUE = re.compile(r"\bT\d{4}(?:[./]\d{3})?\b", re.IGNORECASE)
_PIECES = re.compile(r"[:/,;|.\[\]\"]+")
_MARKS = re.compile(r"[^a-z]")


def tactics(texts: Iterable[str]) -> list[str]:
    """Tactic ids in texts such as `TA0011 - Command and Control`, `DefenseEvasion`, `attack.execution`."""
    found: list[str] = []
    for text in texts:
        ids = [match.upper() for match in _TACTIC.findall(text)]
        found += ids or [TACTICS[name] for piece in _PIECES.split(text) if (name := _plain(piece)) in TACTICS]
        found += [_HAYABUSA[short] for piece in text.split("¦") if (short := piece.strip()) in _HAYABUSA]
    return found


def techniques(texts: Iterable[str]) -> list[str]:
    """Technique ids found in texts such as `Regsvr32 (T1218.010)`, `attack.t1059.001` or `techniques/T1059/001`."""
    return [match.upper().replace("/", ".") for text in texts for match in _TECHNIQUE.findall(text)]


def _plain(text: str) -> str:
    """The bare letters of a name; Falco writes `mitre_execution`."""
    return _MARKS.sub("", text.casefold()).removeprefix("mitre")
