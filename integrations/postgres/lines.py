"""Lines of the list, kept with the cards that they are folded from and never apart from them (docs/reading.md).

A line goes on with what a new card says, in the order of the cards' places whichever is committed first: the last word
on each matter counts. Who may have it is what all its cards have in common.
"""

from typing import Final

_LATEST: Final = {
    **{name: name for name in ("lead", "incident_class", "severity", "phase", "overall")},
    "declared_at": "declared_at::text",
    "closed_at": "CASE WHEN closed THEN at::text WHEN NOT closed THEN '' END",
}
# What an invitation says of the incident counts for those who do not know the declaration, and they have no such line.
_FOLDED: Final = {
    "strictness": "max(strictness)",
    "persons": "in_all(persons)",
    "organizations": "in_all(organizations)",
    "reach": "min(reach)",
    "title_entry": "min(placed(seq, entry)) FILTER (WHERE opens)",
    **{name: f"max(placed(seq, {said})) FILTER (WHERE opens IS NOT FALSE)" for name, said in _LATEST.items()},
    "parties": "array_remove(array_agg(DISTINCT CASE WHEN standing IS NOT NULL THEN party END), NULL)",
}
_GOES_ON: Final = {
    **dict.fromkeys(_FOLDED, "greatest({0}, {1})"),
    **dict.fromkeys(("persons", "organizations"), "in_both({0}, {1})"),
    **dict.fromkeys(("reach", "title_entry"), "least({0}, {1})"),
    "parties": "ARRAY(SELECT unnest({0}) UNION SELECT unnest({1}))",
}
_OVER: Final = ", ".join(
    f"{name} = {goes_on.format(f'kept.{name}', f'excluded.{name}')}" for name, goes_on in _GOES_ON.items()
)
LINES: Final = f"""
INSERT INTO kept_line AS kept (incident, {", ".join(_FOLDED)})
SELECT incident, {", ".join(_FOLDED.values())} FROM cards
WHERE glance AND item IS NULL AND incident IS NOT NULL GROUP BY incident ORDER BY incident
ON CONFLICT (incident) DO UPDATE SET {_OVER}
"""  # noqa: S608  our columns
"""Has the lines go on with `cards`: rows of the table `card` that were just written."""
