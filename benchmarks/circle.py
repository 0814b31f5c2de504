"""Benchmark: a circle of 1,000 organizations with 10,000 open incidents: what these cost at rest, and a status call."""

from importlib.resources import files
from typing import Final

from benchmarks import asking, resting
from benchmarks.figure import Figure
from bot.composition.installation import Installation
from playbooks.domain.ids import OrganizationCode

ORGANIZATIONS: Final = tuple(OrganizationCode(f"ORG{number:04}") for number in range(1_000))
INCIDENTS: Final = 10_000
AT_ONCE: Final = 52
"""Organizations that answer within the same second: as many as the community has."""


async def measure(muster: Installation) -> list[Figure]:
    """On a ground that has these organizations in its directory."""
    return [
        *await resting.measure(muster, INCIDENTS),
        *await asking.measure(muster, ORGANIZATIONS),
        *await asking.at_once(muster, ORGANIZATIONS[:AT_ONCE]),
    ]


def directory() -> str:
    """The people of the demo, and the organizations of the circle, as a directory file names them."""
    people = (files("playbooks.directory") / "demo_people.yaml").read_text("utf-8")
    lines = (f"  - {{code: {code}, name: {code}, membership: observer}}" for code in ORGANIZATIONS)
    return f"{people}\norganizations:\n" + "\n".join(lines) + "\n"
