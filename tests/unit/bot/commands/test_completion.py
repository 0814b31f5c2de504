"""What may come next in a line being typed."""

import pytest

from bot.commands.completion import Surroundings, complete
from bot.commands.registry import COMMANDS
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.release import Reader
from playbooks.domain.task import Question
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.texts import load_texts
from tests.circle import KEY, Conversation, directory


@pytest.fixture
async def around() -> Surroundings:
    """An incident with an open task and an open question."""
    talk = Conversation()
    for who, line in (
        ("unhcr-ciso", "declare Ransomware"),
        ("unhcr-ciso", "invite WFP"),
        ("wfp-ciso", "join"),
        ("unhcr-ciso", "task add Isolate the server for=WFP"),
        ("unhcr-ciso", "ask status WFP Do you see it?"),
    ):
        await talk.desk.say(line, talk.speaker(who))
    reader = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
    playbooks = {"ransomware": PlaybookAtHand("Ransomware", (Question(name="system"),))}
    return Surroundings(directory(), (KEY,), await talk.circle.case(reader, KEY), playbooks)


def offered(before: str, around: Surroundings) -> list[str]:
    return [suggestion.text for suggestion in complete(before, COMMANDS, around, load_texts())]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("sev", ["severity"]),
        ("/incident sev", ["severity"]),
        (f"{KEY} sev", ["severity"]),
        ("INC", [KEY]),
        ("severity h", ["high"]),
        ("task a", ["add", "assign", "accept"]),
        ("task add Look for=UNH", ["for=UNHCR"]),
        ("task add Look for=UNHCR for", []),
        ("task add Look d", ["due="]),
        ("invite wf", ["WFP"]),
        ('invite "UN', ['"UN Women"']),
        ("role scribe @unhcr-d", ["@unhcr-duty"]),
        ("task done ", ["WFP-1", "answer="]),
        ("answer ", ["C-1", "hours=", "skills=", "for="]),
        ("answer C-1 ap", ["approve"]),
        ("ask status WFP UNI", ["UNICEF", "UNIDO", "UNICC"]),
        ("playbook run ", ["ransomware"]),
        ("playbook run ransomware s", ["system="]),
        ("declare It burns playbook=r", ["playbook=ransomware"]),
        ("help task d", ["decline", "done"]),
        ("list a", ["all"]),
        ("note people write freely her", []),
        ("note first line\nsev", []),
        ("nonsense ", []),
    ],
)
def test_what_is_offered_fits_what_stands_there(
    before: str, expected: list[str], around: Surroundings
) -> None:
    assert offered(before, around) == expected


def test_a_suggestion_says_what_it_means_and_what_it_replaces(around: Surroundings) -> None:
    [task] = complete("task done W", COMMANDS, around, load_texts())
    assert (task.text, task.replaces, task.meaning) == ("WFP-1", 1, "Isolate the server")


def test_an_empty_line_offers_every_command_and_the_incidents(around: Surroundings) -> None:
    offers = offered("", around)
    assert {command.words[0] for command in COMMANDS} | {KEY} == set(offers)
    assert len(offers) == len(set(offers))
