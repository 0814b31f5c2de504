"""The release rule: what holds for any entry and any reader."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.ids import CommandId, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import SLOTS
from playbooks.domain.release import ATTRIBUTION, PARTIES, UNATTRIBUTED, Reader, cut, release, show
from tests.casts import KEY, NOON, Scene, actor, declared, directory, reader

PEOPLE = ("unhcr-duty", "unhcr-ciso", "wfp-duty", "wfp-legal", "unicc-ciso", "oict-duty", "ir-example-lead")
VENDOR = vendor_of("IR-EXAMPLE")
ORGANIZATIONS = (*(OrganizationCode(code) for code in ("UNHCR", "WFP", "UNICC", "UN", "FAO")), VENDOR)
AUDIENCES = ("parties", "community", "public", *ORGANIZATIONS, *(f"person:{who}" for who in PEOPLE))
OF = {str(person.id): person.organization for person in directory().people}

markings = st.sampled_from(Marking)
entries = st.builds(
    lambda who, marking, audience, kind: Entry(
        id=entry_id(f"{who}/{marking}/{audience}/{kind}"),
        incident=KEY,
        kind=kind,
        at=NOON,
        actor=actor(who),
        subject=f"part/{OF[who]}",
        data={"organization": OF[who], "person": who, "severity": "high"},
        texts={"note": "We saw it at night."},
        marking=marking,
        audience=tuple(audience),
        cause=CommandId(f"web:{who}:1"),
    ),
    st.sampled_from(PEOPLE),
    markings,
    st.lists(st.sampled_from((*AUDIENCES, UNATTRIBUTED)) | st.just(PARTIES), max_size=4, unique=True),
    st.sampled_from(Kind),
)


@st.composite
def readers(draw: st.DrawFn, *, chatham_house: bool | None = None) -> Reader:
    """A person of an organization, an organization, or the public; a party or not; through any channel."""
    person = draw(st.none() | st.sampled_from(PEOPLE))
    organization = OF[person] if person else draw(st.none() | st.sampled_from(ORGANIZATIONS))
    party = organization is not None and draw(st.booleans())
    return Reader(
        organization=organization,
        person=person,
        party_to=(KEY,) if party else (),
        ceiling=draw(markings),
        chatham_house=draw(st.booleans()) if chatham_house is None else chatham_house,
    )


def _marked(entry: Entry, marking: Marking) -> Entry:
    return entry.model_copy(update={"marking": marking})


@given(entries, readers(), markings)
def test_a_stricter_marking_never_widens_what_is_shown(entry: Entry, who: Reader, marking: Marking) -> None:
    looser, stricter = sorted((entry.marking, marking), key=lambda each: each.strictness)
    assert release(_marked(entry, stricter), who) <= release(_marked(entry, looser), who)


@given(entries, readers(), markings)
def test_a_lower_ceiling_never_widens_what_is_shown(entry: Entry, who: Reader, ceiling: Marking) -> None:
    low, high = sorted((who.ceiling, ceiling), key=lambda each: each.strictness)
    lower, higher = (who.model_copy(update={"ceiling": each}) for each in (low, high))
    assert release(entry, lower) <= release(entry, higher)


@given(entries, readers())
def test_nothing_stricter_than_the_ceiling_is_carried(entry: Entry, who: Reader) -> None:
    if not entry.marking.within(who.ceiling):
        assert show(entry, who).is_withheld


@given(entries, readers())
def test_red_is_for_the_persons_named_and_the_author_alone(entry: Entry, who: Reader) -> None:
    if release(_marked(entry, Marking.RED), who):
        assert who.person is not None
        assert f"person:{who.person}" in entry.audience or who.person == entry.actor.id


@given(entries, readers())
def test_what_is_for_named_persons_alone_is_shown_to_nobody_else(entry: Entry, who: Reader) -> None:
    named = tuple(each for each in entry.audience if each.startswith("person:")) or ("person:wfp-legal",)
    restricted = entry.model_copy(update={"audience": named})
    if release(restricted, who):
        assert f"person:{who.person}" in named or who.person == entry.actor.id


@given(entries, readers())
def test_the_public_is_shown_only_what_is_clear_and_public(entry: Entry, who: Reader) -> None:
    public = who.model_copy(update={"organization": None, "person": None, "party_to": ()})
    if release(entry, public):
        assert entry.marking is Marking.CLEAR
        assert "public" in entry.audience


@given(entries, readers())
def test_an_organization_that_was_given_nothing_is_shown_nothing_of_amber(entry: Entry, who: Reader) -> None:
    takes_part = PARTIES in entry.audience and bool(who.party_to)
    meant = {str(who.organization), f"person:{who.person}"} & set(entry.audience)
    if not meant and not takes_part and who.organization != entry.actor.organization:
        for marking in (Marking.AMBER, Marking.AMBER_STRICT, Marking.RED):
            assert not release(_marked(entry, marking), who)


@given(entries, readers())
def test_what_was_said_under_the_rule_is_attributed_to_nobody_by_another(entry: Entry, who: Reader) -> None:
    said = entry.model_copy(update={"audience": (*entry.audience, UNATTRIBUTED)})
    if who.organization != entry.actor.organization:
        assert not release(said, who) & set(ATTRIBUTION)


@given(entries, readers(chatham_house=True))
def test_chatham_house_shows_neither_who_nor_whom(entry: Entry, who: Reader) -> None:
    shown = show(entry, who)
    if shown.is_withheld or who.organization == entry.actor.organization:
        return
    assert set(shown.slots) == set(SLOTS) - set(ATTRIBUTION)
    said = json.dumps(shown.slots, default=str)
    for name in (entry.actor.id, entry.actor.organization, *(str(each) for each in entry.audience)):
        assert f'"{name}"' not in said
    folded = cut(entry, who)
    assert folded is None or entry.actor.id not in folded.model_dump_json()
    assert folded is None or f'"{entry.actor.organization}"' not in folded.model_dump_json()


@given(entries, readers())
def test_chatham_house_never_widens_what_is_shown(entry: Entry, who: Reader) -> None:
    plain, rule = (who.model_copy(update={"chatham_house": each}) for each in (False, True))
    assert release(entry, rule) <= release(entry, plain)


@given(entries, readers())
def test_what_is_shown_is_what_is_released(entry: Entry, who: Reader) -> None:
    slots = set(show(entry, who).slots)
    assert slots == set(release(entry, who)) - {"who"}


def _read(scene: Scene, who: str) -> list[str]:
    """The kinds of entries that somebody reads, as the case has it now."""
    seen = reader(who, scene.case)
    return [entry.kind for entry in scene.entries if cut(entry, seen) is not None]


def _with_history() -> Scene:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "note", texts={"note": "Said before UNICC came."})
    scene.do("unhcr-duty", "severity", severity="critical")
    scene.do("unhcr-duty", "invite", organizations=["UNICC"])
    return scene


def test_who_is_invited_reads_the_invitation_alone() -> None:
    scene = _with_history()
    assert _read(scene, "unicc-duty") == [Kind.PARTY_INVITE]
    assert _read(scene, "oict-duty") == []


def test_who_joins_reads_what_was_said_before() -> None:
    scene = _with_history()
    scene.do("unicc-duty", "join")
    assert _read(scene, "unicc-duty") == [entry.kind for entry in scene.entries]


def test_who_leaves_reads_what_it_said_itself_and_what_was_said_to_it_by_name() -> None:
    scene = _with_history()
    scene.do("unicc-duty", "join")
    scene.do("unicc-duty", "note", texts={"note": "Ours."})
    scene.do("unicc-duty", "leave")
    scene.at += timedelta(minutes=1)
    scene.do("unhcr-duty", "note", texts={"note": "After they left."})
    own = [e.kind for e in scene.entries if e.actor.organization == "UNICC" or "UNICC" in e.audience]
    assert _read(scene, "unicc-duty") == own


def test_what_follows_a_restriction_is_read_by_the_named_alone() -> None:
    scene = _with_history()
    scene.do("unhcr-duty", "restrict", named=["wfp-duty"])
    scene.do("unhcr-duty", "note", texts={"note": "For the two of us."})
    for who, last in (("wfp-duty", True), ("unhcr-duty", True), ("unhcr-ciso", False), ("wfp-ciso", False)):
        assert (_read(scene, who)[-2:] == [Kind.RESTRICT, Kind.NOTE_ADD]) is last


def test_whoever_is_named_reads_what_was_said_before_as_whoever_joins_does() -> None:
    """Of a restricted incident, wherever she is from; her colleagues, who are not named, know of nothing."""
    scene = _with_history()
    scene.do("unhcr-duty", "restrict", named=["oict-duty"])
    assert _read(scene, "oict-duty") == [entry.kind for entry in scene.entries]
    assert _read(scene, "UN") == []


@given(entries, readers())
def test_a_vendor_reads_nothing_that_is_not_addressed_to_it_by_name(entry: Entry, reader: Reader) -> None:
    guest = reader.model_copy(update={"organization": VENDOR, "person": "ir-example-lead"})
    meant = {VENDOR, "person:ir-example-lead", *(["public"] if entry.marking is Marking.CLEAR else [])}
    addressed = meant & {*entry.audience}
    if release(entry, guest):
        assert addressed or entry.actor.organization == VENDOR
