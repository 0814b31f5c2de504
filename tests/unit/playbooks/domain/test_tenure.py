"""Who held which role when is read off what was recorded."""

from playbooks.domain.fold import fold
from playbooks.domain.kinds import Kind
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident


def test_a_role_is_held_until_it_is_given_to_somebody_else() -> None:
    command, handed, scribe = fold(RANSOMWARE, a_ransomware_incident()).tenures
    assert (command.person, handed.person, scribe.role) == ("unhcr-duty", "unhcr-ciso", "scribe")
    assert command.until == handed.since
    assert handed.until is None


def test_who_is_given_what_she_holds_begins_nothing_anew() -> None:
    entries = list(a_ransomware_incident())
    story = Story(at=entries[-1].at)
    said = {"role": "scribe", "person": "unicc-responder", "organization": "UNICC"}
    entries.append(story.say("unhcr-ciso", 1, Kind.ROLE_ASSIGN, **said))
    assert fold(RANSOMWARE, entries).tenures == fold(RANSOMWARE, entries[:-1]).tenures


def test_who_leaves_gives_back_the_roles_of_its_people() -> None:
    entries = list(a_ransomware_incident())
    story = Story(at=entries[-1].at)
    entries.append(story.say("unicc-duty", 1, Kind.PARTY_LEAVE, "part/UNICC", organization="UNICC"))
    case = fold(RANSOMWARE, entries)
    held = {each.role: each.person for each in case.tenures if each.until is None}
    assert held == case.state.roles
    assert [each.until for each in case.tenures if each.organization == "UNICC"] == [story.at]
