"""What changed in the directory's files: each field that says something else is named, and nothing else is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playbooks.directory import load_directory, shipped_organizations
from playbooks.directory.changes import changes, is_taken_at_its_word, known_from
from playbooks.directory.facts import Facts, Said, Sheet, facts_of
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS, seal, slot_values, unseal
from playbooks.domain.release import Reader, release
from tests.casts import NOON, UNHCR, UNICC, WFP, agreement, directory

CODES = st.dictionaries(
    st.sampled_from(["name", "team/mail", "team/labels/INTERNAL", "people", "people/a/duties"]),
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab") | st.lists(st.text("ab")),
)
PARTICULARS = st.dictionaries(
    st.sampled_from(["people/a/language", "people/a/identities/slack"]), st.text("ab")
)
SAID = st.dictionaries(
    st.tuples(st.sampled_from(Sheet), st.sampled_from([WFP, UNHCR])),
    st.builds(Facts, CODES, PARTICULARS).filter(any),
)
FILE = """
organizations:
  - {code: WFP, team: {mail: csirt@wfp.org}, clocks: [%s]}
people:
  - {id: wfp-duty, organization: WFP, duties: [responder, on_call], identities: {slack: %s}, language: fr}
"""
CLOCK = "{id: data-72h, trigger: personal_data, length: {hours: 72}, receiver: Data office, approves: legal, policy: P}"


def said_by(clock: str = CLOCK, slack: str = "U012AB3CD", more: str = "") -> Said:
    return facts_of(load_directory(shipped_organizations(), (FILE % (clock, slack) + more).encode()))


def changed(entries: list[Entry], said: Said) -> list[Entry]:
    return list(changes(known_from(entries), said, {"directory": "ab12"}, NOON))


def of(entries: list[Entry], kind: Kind, organization: str = "WFP") -> Entry:
    [found] = [each for each in entries if (each.kind, each.data["organization"]) == (kind, organization)]
    return found


def recorded(entry: Entry) -> Entry:
    """As it is read back from the record."""
    sealed = seal(entry, bytes(SALT_BYTES * len(SLOTS)))
    return unseal(sealed.id, sealed.tree, slot_values(entry))


@given(SAID, SAID)
def test_what_was_recorded_is_what_the_files_say_and_once_it_is_nothing_is_to_be_recorded(
    first: Mapping[Any, Facts], then: Mapping[Any, Facts]
) -> None:
    entries = [recorded(each) for each in changed([], first)]
    assert changed(entries, first) == []
    entries += [recorded(each) for each in changed(entries, then)]
    known = {place: known.facts for place, known in known_from(entries).items() if any(known.facts)}
    assert known == dict(then)
    assert changed(entries, then) == []


@given(SAID, SAID)
def test_each_field_that_says_something_else_is_named_and_no_other(
    first: Mapping[Any, Facts], then: Mapping[Any, Facts]
) -> None:
    entries = changed([], first)
    told = {
        (each.kind, each.data["organization"]): set(each.data["fields"]) for each in changed(entries, then)
    }
    gone, nothing = object(), Facts({})
    for place in {*first, *then}:
        was, says = (
            {**facts.codes, **facts.particulars}
            for facts in (first.get(place, nothing), then.get(place, nothing))
        )
        differing = {path for path in {*was, *says} if was.get(path, gone) != says.get(path, gone)}
        assert told.get(place, set()) == differing


def test_how_a_file_is_written_is_no_change() -> None:
    first = changed([], said_by())
    anew = (
        FILE.replace("[responder, on_call]", "[on_call,   responder]  ") % (CLOCK, "'U012AB3CD'")
        + "# the same"
    )
    assert changed(first, facts_of(load_directory(shipped_organizations(), anew.encode()))) == []


def test_every_organization_of_the_directory_reads_what_changed_and_whose_particulars_they_are_alone_reads_them() -> (
    None
):
    first = changed([], said_by(slack="U000AAAAA"))
    entries = changed(
        first, said_by(slack="U012AB3CD", more="  - {id: wfp-ciso, organization: WFP, duties: [ciso]}\n")
    )
    assert len(entries) == 2
    public, own = of(entries, Kind.ORGANIZATION_CHANGE), of(entries, Kind.PARTICULARS_CHANGE)
    assert public.data["fields"] == ["people", "people/wfp-ciso/duties"]
    assert public.data["before"] == {"people": ["wfp-duty"]}
    assert public.data["after"] == {"people": ["wfp-duty", "wfp-ciso"], "people/wfp-ciso/duties": ["ciso"]}
    assert (public.marking, public.subject, public.actor.id) == (Marking.GREEN, "directory/WFP", "operator")
    assert own.data["fields"] == ["people/wfp-duty/identities/slack"]
    assert release(public, Reader(organization=UNICC))
    assert not release(public, Reader(organization=None))
    assert release(own, Reader(organization=WFP))
    for stranger in (UNICC, OrganizationCode("vendor:IR-EXAMPLE"), None):
        assert not release(own, Reader(organization=stranger))


def test_a_person_s_particulars_stand_where_words_are_erased_and_nowhere_else() -> None:
    entries = changed([], said_by())
    own = of(entries, Kind.PARTICULARS_CHANGE)
    assert own.texts == {"people/wfp-duty/identities/slack": "U012AB3CD", "people/wfp-duty/language": "fr"}
    for entry in entries:
        assert "U012AB3CD" not in entry.model_copy(update={"texts": {}}).model_dump_json()
    clock = {path for path in own.data["after"] if path.startswith("clocks/data-72h/")}
    assert "clocks/data-72h/length/hours" in clock


def test_particulars_that_were_erased_are_no_longer_known_and_a_file_that_has_them_tells_them_again() -> None:
    entries = changed([], said_by())
    erased = [each.model_copy(update={"texts": {}}) for each in entries]
    [again] = changed(erased, said_by())
    assert again.data["fields"] == ["people/wfp-duty/identities/slack", "people/wfp-duty/language"]
    assert again.data["before"] == {}


def test_an_organization_that_is_taken_out_and_comes_back_is_told_each_time() -> None:
    ours = "organizations:\n  - {code: XYZ, name: Some Organization, membership: observer}\n"
    with_it = facts_of(load_directory(shipped_organizations(), ours.encode()))
    without = facts_of(load_directory(shipped_organizations()))
    entries = changed([], with_it)
    for said, state in ((without, "ended"), (with_it, "added")):
        [entry] = changed(entries, said)
        assert (entry.data["organization"], entry.data["state"]) == ("XYZ", state)
        entries.append(entry)
    assert len({entry.id for entry in entries}) == len(entries)
    assert of(entries[-1:], Kind.ORGANIZATION_CHANGE, "XYZ").data["number"] == 3


def test_an_agreement_is_for_those_who_are_or_were_parties_to_it() -> None:
    first = changed([], facts_of(directory(), [agreement()]))
    [ended] = changed(first, facts_of(directory()))
    assert (ended.kind, ended.data["state"]) == (Kind.AGREEMENT_CHANGE, "ended")
    for party in agreement().hours:
        assert release(ended, Reader(organization=party))
    for stranger in (OrganizationCode("FAO"), OrganizationCode("vendor:IR-EXAMPLE")):
        assert not release(ended, Reader(organization=stranger))


def test_processes_that_start_together_with_the_same_files_write_the_same_entries() -> None:
    one, other = (
        changes({}, said_by(), {"directory": digest}, NOON + timedelta(seconds=second))
        for second, digest in enumerate("ab")
    )
    assert [each.id for each in one] == [each.id for each in other]
    assert all(map(is_taken_at_its_word, one, other))


def test_of_processes_with_other_files_none_is_taken_at_the_other_s_word() -> None:
    known = known_from(changed([], said_by(slack="U0")))
    [one] = changes(known, said_by(slack="U1"), {}, NOON)
    [other] = changes(known, said_by(slack="U2"), {}, NOON)
    assert one.id == other.id
    assert not is_taken_at_its_word(one, other)


def test_money_is_said_as_text_for_a_fraction_has_no_place_in_the_record() -> None:
    said = facts_of(directory(), [agreement()])
    entry = of(changed([], said), Kind.AGREEMENT_CHANGE, "vendor:IR-EXAMPLE")
    assert recorded(entry).data == entry.data
    assert (entry.data["after"]["rate"], entry.data["after"]["hours/UNHCR"]) == ("310.00", "80")
