"""Who is on call, told: the call list, how it escalates, and what is to come; for chat and for its page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from playbooks.domain.document import Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.on_call import Ahead, Gap, Ladder, OnCallNow, Rung, Step, Target
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

AHEAD: Final = timedelta(days=7)
"""How far one's own organization's shifts are told."""
_MOST_SHIFTS: Final = 20
_MOST_GAPS: Final = 10


def told_on_call(texts: Texts, now: OnCallNow, *, is_own: bool) -> Document:
    """Of another organization who is called now, and no more."""
    return Document(blocks=tuple(_blocks(texts, now, is_own=is_own)))


def _blocks(texts: Texts, now: OnCallNow, *, is_own: bool) -> Iterator[Block]:
    """The call list: in the order of calling, with telephone numbers for one's own organization alone."""
    yield Heading(text=texts.say("oncall.heading", organization=now.organization))
    if not now.rungs:
        yield paragraph(*texts.parts("oncall.nobody"))
        return
    yield Bullets(items=tuple(_line(texts, rung, is_own=is_own) for rung in now.rungs))
    yield paragraph(*texts.parts(f"oncall.{now.source}"))
    if is_own and now.ahead:
        yield paragraph(*texts.parts("oncall.ahead", count=AHEAD.days))
        yield Bullets(items=tuple(_shift(texts, shift) for shift in now.ahead[:_MOST_SHIFTS]))
    if is_own and now.ladder:
        yield Heading(text=texts.say("oncall.ladder", service=now.ladder.service, policy=now.ladder.policy))
        yield Bullets(items=tuple(_ladder(texts, now.ladder)))
    if is_own and now.gaps:
        yield paragraph(*texts.parts("oncall.gaps", count=len(now.gaps)))
        yield Bullets(items=tuple(_gap(texts, gap) for gap in now.gaps[:_MOST_GAPS]))
        if (more := len(now.gaps) - _MOST_GAPS) > 0:
            yield paragraph(*texts.parts("oncall.gaps.more", count=more))


def _line(texts: Texts, rung: Rung, *, is_own: bool) -> tuple[Inline, ...]:
    said = {"who": rung.who, "level": rung.level, "until_at": rung.until}
    return sentence(texts, "oncall.rung", {**said, "telephone": rung.telephone if is_own else ""})


def _shift(texts: Texts, shift: Ahead) -> tuple[Inline, ...]:
    return sentence(texts, "oncall.ahead.shift", shift.model_dump())


def _gap(texts: Texts, gap: Gap) -> tuple[Inline, ...]:
    return sentence(texts, "oncall.gap", gap.model_dump())


def _ladder(texts: Texts, ladder: Ladder) -> Iterator[tuple[Inline, ...]]:
    for step in ladder.steps:
        yield _step(texts, step)
    if ladder.url:
        yield texts.parts("oncall.ladder.changed", url=ladder.url)


def _step(texts: Texts, step: Step) -> tuple[Inline, ...]:
    said = {"level": step.level, "after_minutes": step.after_minutes or None}
    return sentence(
        texts, "oncall.ladder.step", {**said, "targets": [_target(texts, each) for each in step.targets]}
    )


def _target(texts: Texts, target: Target) -> str:
    if target.account:
        return target.name
    code = "oncall.ladder.schedule.with_zone" if target.zone else "oncall.ladder.schedule"
    return texts.say(code, name=target.name, zone=target.zone)
