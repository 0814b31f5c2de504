"""How the directory came to say what it says, as one reader may know it."""

from bot.reading.directory_history import about_to_be_told, released, told_history
from playbooks.directory import load_directory, shipped_organizations
from playbooks.directory.changes import changes, known_from
from playbooks.directory.facts import facts_of
from playbooks.domain.document import plain
from playbooks.domain.entry import Entry
from playbooks.domain.release import Reader
from playbooks.texts import load_texts
from tests.casts import NOON, UNICC, WFP

FILE = """
organizations: [{code: WFP, team: {%s}}]
people: [{id: wfp-duty, organization: WFP, identities: {slack: U%s}}]
"""


def entries() -> list[Entry]:
    found: list[Entry] = []
    for mail, account in (("mail: a@wfp.org", "1"), ("mail: b@wfp.org", "2"), ("", "2")):
        said = facts_of(load_directory(shipped_organizations(), (FILE % (mail, account)).encode()))
        found += changes(known_from(found), said, {}, NOON)
    return found


def told(reader: Reader, organization: str | None = "wfp") -> str:
    return plain(told_history(load_texts(), released(entries(), reader, organization)))


def test_a_field_is_told_with_what_stood_there_and_what_stands_there() -> None:
    text = told(Reader(organization=UNICC))
    assert "team/mail: a@wfp.org" in text
    assert "team/mail: a@wfp.org → b@wfp.org" in text
    assert "team/mail: no longer (it was b@wfp.org)" in text


def test_particulars_are_told_to_their_own_organization_alone() -> None:
    assert "people/wfp-duty/identities/slack: U2" in told(Reader(organization=WFP))
    assert "identities" not in told(Reader(organization=UNICC))
    assert "World Food" not in told(Reader(organization=None), None)


def test_of_an_organization_without_changes_it_is_said_that_there_are_none() -> None:
    assert "Nothing of this was changed yet." in told(Reader(organization=WFP), "XYZ")


def test_what_the_next_start_records_is_told_to_whoever_has_the_files() -> None:
    text = plain(about_to_be_told(load_texts(), entries()[-1:]))
    assert "At the next start" in text
    assert "team/mail: no longer" in text
