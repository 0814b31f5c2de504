"""A review as one reader may have it: its versions, its first draft, its times, and the incidents like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from playbooks.domain.case import Case
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader, Shown
from playbooks.domain.review import ReviewState, Version
from playbooks.domain.saying import says
from playbooks.figures.facts import IncidentFacts, facts_of
from playbooks.figures.times import INTERVALS
from playbooks.ports.listing import Wanted, Which
from playbooks.ports.views import IncidentLine, Views
from playbooks.review.draft import first_draft, shared
from playbooks.review.similar import Similar, Trait, likeliest, similar, traits
from playbooks.review.words import sections_of
from playbooks.texts import Texts


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Everything that the page of a review shows."""

    case: Case
    draft: dict[str, str]
    times: tuple[tuple[str, timedelta | None], ...]
    similar: tuple[tuple[Similar, IncidentLine], ...]

    @property
    def review(self) -> ReviewState:
        """As it stands."""
        return self.case.review

    def words(self, version: Version | None) -> dict[str, str]:
        """What a version says; the draft where there is none."""
        return sections_of(self.case.texts.get(version.entry, {})) if version else self.draft

    def version(self, number: int | None) -> Version | None:
        """A version by its number, the newest without one. Raises NotFound for one that is not there."""
        versions = self.review.versions
        if number is None:
            return versions[-1] if versions else None
        found = next((each for each in versions if each.number == number), None)
        if found is None:
            raise NotFound(says("not_found.version", incident=self.case.state.key, number=number))
        return found


class ReviewReading:
    """Reads reviews through the views, hence what each reader may have."""

    def __init__(self, views: Views, texts: Texts) -> None:
        self._views = views
        self._texts = texts

    async def reviewed(self, reader: Reader, key: IncidentKey) -> Reviewed:
        """The review of an incident. Raises NotFound, also where there is none yet."""
        case = await self._views.case(reader, key)
        if case.review.opened_at is None:
            raise NotFound(says("not_found.review", incident=key))
        story = await self._views.story(reader, key)
        facts = facts_of(key, story)
        if facts is None:
            raise NotFound(says("not_found.incident", incident=key))
        return Reviewed(
            case=case,
            draft=self._draft(case, story),
            times=tuple((each.name, each.of(facts)) for each in INTERVALS),
            similar=await self._similar(reader, case.title, facts),
        )

    def _draft(self, case: Case, story: Sequence[Shown]) -> dict[str, str]:
        told = shared(story, case.state)
        facts = facts_of(case.state.key, told)
        return sections_of({} if facts is None else first_draft(case, facts, told, self._texts))

    async def _similar(
        self, reader: Reader, title: str, facts: IncidentFacts
    ) -> tuple[tuple[Similar, IncidentLine], ...]:
        """Titles are opened of the likeliest alone: they lie under lock, each with a key of its own."""
        mine = _traits(facts, title)
        others = {each.key: each for each in await self._views.facts(reader) if each.key != facts.key}
        worth = likeliest(mine, ((key, _traits(each, "")) for key, each in others.items()))
        listing = await self._views.listed(reader, Wanted(which=Which.ALL), worth) if worth else None
        lines = {line.key: line for line in (listing.lines if listing else ())}
        told = [(key, _traits(others[key], line.title)) for key, line in lines.items()]
        return tuple((each, lines[each.key]) for each in similar(mine, told))


def _traits(facts: IncidentFacts, title: str) -> frozenset[Trait]:
    return traits(
        title=title,
        incident_class=facts.incident_class,
        parties=facts.parties,
        playbooks=facts.playbooks,
    )
