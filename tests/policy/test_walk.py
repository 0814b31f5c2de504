"""Every page, file and answer, as every kind of reader, over generated incidents: none gives what is another's.

Each slot of each entry holds a word of its own (`canaries`); what a reader is given is searched for the words that the
rule withholds from her, and, so that the search is worth something, for those that it gives her.
"""

from collections.abc import Iterator

import pytest

from bot.commands.chat_command import Target
from bot.commands.desk import Speaker
from bot.commands.registry import COMMANDS
from bot.reading import outlines
from playbooks.domain import release as release_module
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import Reader
from tests.casts import NOON, directory
from tests.policy.canaries import PEOPLE, an_incident, may_see, reader_of
from tests.policy.routes import ROUTES, filled
from tests.policy.walking import NOWHERE, SEEDS, Walk, browser_of

ENDLESS = ("/incidents/{key}/events",)
"""A stream: `test_walk_streams`."""
NOT_SEARCHED = ("/incidents/{key}.pdf",)
"""Its text is drawn: `test_walk_streams` reads it."""
OF_OTHERS = ("/vkey", "/checkpoints")
"""Of `muster witness`, which holds no entry."""


def _paths(walk: Walk) -> Iterator[str]:
    asked = {route for method, route in ROUTES if method == "GET"}
    for route in sorted(asked - {*ENDLESS, *NOT_SEARCHED, *OF_OTHERS}):
        if "{key}" in route:
            yield from (filled(route, key) for key in (*walk.told, NOWHERE))
        else:
            yield filled(route, NOWHERE)
    yield "/incidents?which=all"
    for key in walk.told:
        yield f"/incidents/{key}.json?as=WFP"
        yield from (f"/incidents/{key}.{form}?as=@unhcr-ciso" for form in ("json", "md", "csv"))
        yield from (f"/incidents/{key}?page=1", f"/incidents/{key}?kind=notes", f"/incidents/{key}?zoom=2")


async def test_no_route_gives_a_reader_what_is_not_hers(walk: Walk) -> None:
    for who in PEOPLE:
        hers, found, told = walk.hers(who), set[str](), set[str]()
        async with await browser_of(walk, who) as browser:
            for path in _paths(walk):
                answer = await browser.get(path)
                assert answer.status_code < 500, (who, path, answer.status_code)
                given = answer.text + str(answer.headers)
                assert walk.leaked(given, hers) == [], (who, path)
                found |= {each for each in hers if each in given}
                if path.endswith(".json") and answer.status_code == 200:
                    told |= walk.hers_in(who, path)
        assert told <= found, f"{who} was not shown all that is hers of the incidents that she may read"


async def test_under_the_chatham_house_rule_a_file_holds_nothing_of_who_said_it_or_took_part(
    walk: Walk,
) -> None:
    for who in PEOPLE:
        own, ruled = reader_of(who), reader_of(who, chatham_house=True)
        async with await browser_of(walk, who) as browser:
            for key, told in walk.told.items():
                hers = {*may_see(ruled, told)}
                assert hers <= {*may_see(own, told)}
                plain = await browser.get(f"/incidents/{key}.json")
                for form in ("json", "md", "csv"):
                    answer = await browser.get(f"/incidents/{key}.{form}?chatham_house=true")
                    assert answer.status_code == plain.status_code, (who, key)
                    assert walk.leaked(answer.text, hers) == [], (who, key, form)
                    if form == "json" and answer.status_code == 200:
                        assert {each for each in hers if each in answer.text} == hers


async def test_where_the_rule_is_forgotten_the_database_still_withholds(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both walls by themselves: with `release` giving everything, nobody gets an entry that is not hers."""

    def everything(_entry: Entry, _reader: Reader) -> frozenset[str]:
        return frozenset(SLOTS)

    for module in (release_module, outlines):
        monkeypatch.setattr(module, "release", everything)
    for who in PEOPLE:
        hers = walk.hers(who)
        async with await browser_of(walk, who) as browser:
            for path in _paths(walk):
                assert walk.leaked((await browser.get(path)).text, hers) == [], (who, path)


async def test_who_is_not_signed_in_is_given_nothing(walk: Walk) -> None:
    async with await browser_of(walk, None) as browser:
        for path in _paths(walk):
            answer = await browser.get(path)
            assert answer.status_code < 500, path
            assert walk.leaked(answer.text + str(answer.headers), set()) == [], path


async def test_an_incident_that_one_may_not_know_of_is_answered_like_one_that_is_not(walk: Walk) -> None:
    for who in PEOPLE:
        reader = reader_of(who)
        async with await browser_of(walk, who) as browser:
            nothing = await browser.get(f"/incidents/{NOWHERE}.json")
            for key, told in walk.told.items():
                if not set(may_see(reader, told)):
                    answer = await browser.get(f"/incidents/{key}.json")
                    assert (answer.status_code, answer.text.replace(key, NOWHERE)) == (404, nothing.text), who


async def test_no_command_answers_a_reader_with_what_is_not_hers(walk: Walk) -> None:
    """Over a way that carries everything, and over one that carries TLP:GREEN at most."""
    for number, who in enumerate(PEOPLE):
        for ceiling in (Marking.RED, Marking.GREEN):
            hers = walk.hers(who, ceiling)
            for key in walk.told:
                for command in COMMANDS:
                    line = command.example(walk.parts.texts).removeprefix("/incident")
                    speaker = Speaker(
                        person=directory().person(who),
                        incident=key,
                        command_id=CommandId(f"walk:{number}/{ceiling}/{key}/{command.spelled}"),
                        received_at=NOON,
                        ceiling=ceiling,
                    )
                    reply = await walk.parts.desk.hear(line, speaker)
                    given = reply.document.model_dump_json() + repr(reply.verdict)
                    assert walk.leaked(given, hers) == [], (who, key, line)


def test_there_are_commands_that_read_and_incidents_to_read() -> None:
    assert sum(command.target is Target.QUERY for command in COMMANDS) > 5
    given = [len(set(may_see(reader_of(who), an_incident(seed)))) for who in PEOPLE for seed in SEEDS]
    assert sum(count > 0 for count in given) > 10
    assert sum(count == 0 for count in given) > 5
