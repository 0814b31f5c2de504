"""The work-plan as one reader may have it, for a room and for its page."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.domain.case import Case
from playbooks.domain.circle.working_group import WorkingGroup
from playbooks.domain.document import Banner, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.marking import strictest
from playbooks.domain.release import Reader
from playbooks.domain.review import Item
from playbooks.domain.words import words_of
from playbooks.ports.views import Views
from playbooks.review.work_plan import Planned, work_plan
from playbooks.texts import Texts
from playbooks.texts.wording import quoted, sentence


async def told_work_plan(views: Views, texts: Texts, reader: Reader, at: datetime) -> Document:
    """Everything planned after the incidents that this reader knows of, with what is overdue named so."""
    lines = await views.incidents(reader)
    cases = {line.key: await views.case(reader, line.key) for line in lines}
    planned = work_plan(cases.values())
    if not planned:
        return Document(blocks=(paragraph(*texts.parts("work_plan.none")),))
    marking = strictest(*(each.marking for each in planned))
    late = sum(each.is_overdue(at) for each in planned)
    heading = texts.say("work_plan.heading", count=sum(each.owed_at is not None for each in planned))
    overdue = (paragraph(*texts.parts("work_plan.overdue", count=late)),) if late else ()
    told = tuple(_line(texts, cases[each.incident], each, at) for each in planned)
    return Document(blocks=(Banner(marking=marking), Heading(text=heading), *overdue, Bullets(items=told)))


def _line(texts: Texts, case: Case, planned: Planned, at: datetime) -> tuple[Inline, ...]:
    kind, said, entries = _said(planned.what)
    standing = {"incident": planned.incident, "overdue": planned.is_overdue(at), **said}
    words = (words_of(case, entry, "text") for entry in entries)
    told = sentence(texts, f"work_plan.{kind}", {**standing, "owed_at": planned.owed_at})
    return (*told, *(part for each in words for part in quoted(texts, each)))


def _said(what: WorkingGroup | Item) -> tuple[str, Mapping[str, object], tuple[str, ...]]:
    """Which sentence, with what in it, and the entries whose words follow."""
    if isinstance(what, WorkingGroup):
        said = what.model_dump(include={"lead", "members", "due_at"})
        return (
            "group",
            {**said, "working_group": what.id, "stage": what.stage.value},
            (what.entry, what.told_in),
        )
    said = what.model_dump(include={"organization", "owner", "due_at", "done_at"})
    return "action", {**said, "action": what.id}, (what.entry,)
