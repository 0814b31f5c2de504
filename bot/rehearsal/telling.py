"""A rehearsal's report in plain text, for whoever must decide on the playbook."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from playbooks.domain.tongue import colon
from playbooks.rehearsal.exploring import Exploration, Tried
from playbooks.rehearsal.report import Asked, Clock, Ending, Passed, Refusal, Report
from playbooks.texts import Texts
from playbooks.texts.spoken import name_as_read
from playbooks.texts.wording import span

_MINUTE = 60_000
_COLUMN = 14
_BAD = (Ending.STUCK, Ending.STANDING, Ending.UNDONE)


def told(report: Report, texts: Texts, took: timedelta) -> str:
    """The whole report."""
    return "\n".join(_Telling(report, texts).lines(took))


def told_of_all(exploration: Exploration, texts: Texts) -> str:
    """Of many rehearsals how they end, and what each that does not end well leaves or waits for."""
    return "\n".join(_lines_of_all(exploration, texts))


def _lines_of_all(exploration: Exploration, texts: Texts) -> Iterator[str]:
    count = {ending: len(exploration.ending(ending)) for ending in Ending}
    yield ""
    yield texts.say(
        "rehearsal.explored.heading",
        count=len(exploration.tried),
        well=count[Ending.SUCCESSFUL],
        **{ending.value: count[ending] for ending in _BAD},
    )
    for ending in _BAD:
        if count[ending]:
            yield ""
            yield texts.say(f"rehearsal.ending.{ending}")
            yield from (f"   {_variation(each, texts)}" for each in exploration.ending(ending))
    if exploration.never_reached:
        yield ""
        yield texts.say("rehearsal.explored.never")
        yield from (f"   {name}" for name in exploration.never_reached)
    if exploration.untried:
        yield ""
        yield texts.say("rehearsal.explored.untried", count=exploration.untried)


def _variation(tried: Tried, texts: Texts) -> str:
    words = tried.variation.model_dump(include={"name", "option"}, exclude_defaults=True)
    said = texts.say(f"rehearsal.variation.{tried.variation.kind}", **words)
    left = ", ".join((*tried.report.waiting, *tried.report.standing))
    return f"{said}{colon()} {left}" if left else said


def heading(report: Report, texts: Texts, took: timedelta) -> str:
    """Which playbook, how long, and who took part."""
    lead, *others = report.organizations
    return texts.say(
        "rehearsal.heading" if others else "rehearsal.alone",
        name=name_as_read(report.name),
        seconds=f"{took.total_seconds():.1f}",
        took=moment(report.took_ms),
        lead=lead,
        **({"parties": ", ".join(others)} if others else {}),
    )


def moment(milliseconds: int) -> str:
    """A time from the start of the run."""
    return span(milliseconds // _MINUTE)


def _numbered(step: str) -> str:
    """A step's number and what it is called."""
    number, _space, name = step.partition(" ")
    return f"{number} {name_as_read(name)}"


class _Telling:
    def __init__(self, report: Report, texts: Texts) -> None:
        self._report = report
        self._texts = texts

    def _say(self, code: str, **args: str) -> str:
        named = {"name": name_as_read(args["name"])} if "name" in args else {}
        return self._texts.say(code, **{**args, **named})

    def lines(self, took: timedelta) -> Iterator[str]:
        report = self._report
        yield heading(report, self._texts, took)
        yield self._say(f"rehearsal.ending.{report.ending}")
        yield from self._part("path", map(self._passed, report.path))
        yield from self._part("asked", map(self._asked, report.asked))
        yield from self._part("clocks", map(self._clock, report.clocks), always=True)
        yield from self._part("unreached", map(_numbered, report.unreached), always=True)
        yield from self._part("waiting", report.waiting)
        yield from self._part("standing", map(name_as_read, report.standing))
        yield from self._part("refused", map(self._refusal, report.refused))
        yield from self._part("failed_effects", report.failed_effects)
        effects = ", ".join(f"{count} {action}" for action, count in report.effects.items())
        yield ""
        yield self._say("rehearsal.outside", effects=effects or self._say("rehearsal.none"))

    def _part(self, name: str, lines: Iterable[str], *, always: bool = False) -> Iterator[str]:
        found = list(lines)
        if found or always:
            yield ""
            yield self._say(f"rehearsal.{name}")
            yield from (f"   {line}" for line in found or [self._say("rehearsal.none")])

    def _passed(self, passed: Passed) -> str:
        name = self._say("rehearsal.undo", name=passed.name) if passed.is_undo else name_as_read(passed.name)
        outcome = self._say(f"rehearsal.outcome.{passed.outcome}")
        number = f"{passed.number}. " if passed.number else ""
        return f"{moment(passed.began_ms):{_COLUMN}} {number}{name}{colon()} {outcome}"

    def _asked(self, asked: Asked) -> str:
        said = ", ".join(f"{code} {option}" for code, option in asked.chosen.items())
        chosen = said or self._say("rehearsal.nobody")
        name = name_as_read(asked.name)
        about = f"{name} ({asked.question})" if asked.question else name
        return self._say(f"rehearsal.choice.{asked.kind}", name=about, chosen=chosen)

    def _clock(self, clock: Clock) -> str:
        args = {"name": clock.name, "organization": clock.organization}
        wanted = {name: value for name, value in args.items() if value}
        return self._say(f"rehearsal.clock.{clock.kind}", at=moment(clock.at_ms), **wanted)

    def _refusal(self, refusal: Refusal) -> str:
        args = refusal.model_dump(exclude={"at_ms"})
        return self._say("rehearsal.refusal", at=moment(refusal.at_ms), **args)
