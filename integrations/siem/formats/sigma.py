"""Sigma detections as Zircolite, Chainsaw and Hayabusa write them. A file of Sigma rules is no detection.

After https://sigmahq.io/docs/basics/rules.html (levels and tags) and the tools' own documentation.
"""

from typing import Final

from integrations.siem.format import (
    CRITICAL,
    HIGH,
    INFORMATIONAL,
    LOW,
    MEDIUM,
    WORDS,
    Format,
    Scale,
    at,
    when,
)

_WORDS: Final = {
    **WORDS,
    "crit": CRITICAL,
    "emer": CRITICAL,
    "med": MEDIUM,
    "info": INFORMATIONAL,
    "high": HIGH,
    "low": LOW,
}


def _logged(*members: str) -> tuple[str, ...]:
    """What Windows wrote: in Zircolite's matches, and in the document that Chainsaw puts beside the rule."""
    documents = (
        "document.data.Event.EventData",
        "document.data.Event.System",
        "documents.data.Event.EventData",
    )
    return tuple(f"{place}.{member}" for place in ("matches", *documents) for member in members)


SIGMA: Final = Format(
    name="sigma-zircolite",
    aliases=("sigma", "zircolite", "chainsaw", "hayabusa"),
    product="Sigma",
    documentation="https://sigmahq.io/docs/basics/rules.html",
    shapes=(
        when("rule_level", "matches"),
        when("rule_level", "sigmafile"),
        when("RuleTitle", "Level", "Timestamp"),
        when("name", "level", "kind", "document.data"),
    ),
    source_id=at("RecordID"),
    occurrence=at("RuleID"),
    title=at("title", "RuleTitle", "name"),
    description=at("description", "Details"),
    rule_id=at("id", "RuleID", "rule_id"),
    rule_name=at("title", "RuleTitle", "name"),
    event_at=at(
        "matches.UtcTime",
        "matches.SystemTime",
        "matches.TimeCreated",
        "matches.@timestamp",
        "Timestamp",
        "timestamp",
    ),
    severity=(Scale("Sigma: informational to critical", at("rule_level", "Level", "level"), _WORDS),),
    hosts=at(*_logged("Computer", "Hostname"), "Computer"),
    users=at(*_logged("User", "TargetUserName", "SubjectUserName"), "Details.User"),
    files=at(*_logged("TargetFilename")),
    hashes=at(*_logged("Hashes"), "Details.Hashes"),
    processes=at(*_logged("CommandLine", "Image"), "Details.Cmdline"),
    from_ip_addresses=at(*_logged("IpAddress", "SourceIp")),
    tactics=at("tags", "MitreTactics"),
    techniques=at("tags", "MitreTags"),
)
