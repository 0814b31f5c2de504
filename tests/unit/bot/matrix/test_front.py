"""What the front makes of what is said on Matrix, and what it says back where."""

from datetime import timedelta

import pytest

from bot.carrying import Carrying
from bot.commands.desk import Desk
from bot.community import RecordedCommunity
from bot.matrix.front import MatrixFront
from bot.rooms import RoomIncidents
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.document import Document, plain
from playbooks.domain.entry import entry_id
from playbooks.domain.errors import ProviderError, Transient
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.ports.conversation import (
    Changed,
    Doubted,
    Invited,
    Listener,
    Replaced,
    Said,
    Signed,
    Unreadable,
)
from playbooks.ports.effects import EffectRow, EffectState
from playbooks.texts import load_texts
from tests.circle import KEY, NOON, Circle, directory
from tests.unit.bot.spoken import spoken

CISO = "@ciso:unhcr.example"
CONNECTION = Connection(
    id=ConnectionId("unhcr/matrix"),
    organization=OrganizationCode("UNHCR"),
    vendor=Vendor.MATRIX,
    ceiling=Marking.AMBER_STRICT,
)
PEOPLE = directory().model_copy(
    update={
        "people": (
            directory().person("unhcr-ciso").model_copy(update={"identities": {"matrix": CISO}}),
            *(person for person in directory().people if person.id != "unhcr-ciso"),
        )
    }
)


class Room:
    """A conversation in memory; `others` are in the room besides the speaker."""

    def __init__(self, *, others: bool = False) -> None:
        self.others = others
        self.answers: list[tuple[str, bool]] = []
        self.joined: list[str] = []
        self.declined: list[str] = []
        self.followed: list[str] = []
        self.trouble: ProviderError | None = None
        self.hear: Listener | None = None
        self.lines: dict[str, Said] = {}
        self.threads: list[str | None] = []
        self.ids: list[str] = []

    async def line(self, room: str, message: str) -> tuple[Said, str] | None:
        said = self.lines.get(message)
        return (said, f"https://matrix.to/#/{room}/{message}") if said else None

    def listen(self, listener: Listener) -> None:
        self.hear = listener

    async def answer(self, said: Said, document: Document, *, privately: bool = False) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.threads.append(said.thread or said.id)
        self.ids.append(said.id)
        self.answers.append((plain(document), privately))

    async def overheard(self, said: Said) -> bool:
        return self.others

    async def decline(self, doubted: Doubted) -> str:
        self.declined.append(doubted.id)
        return "AbCd EfGh"

    async def join(self, room: str) -> None:
        self.joined.append(room)

    async def follow(self, room: str) -> None:
        self.followed.append(room)

    async def opened_by(self, room: str) -> EffectId | None:
        return EffectId(f"unhcr/matrix/{KEY}/room.open/1") if room == "!incident" else None


class Scene:
    def __init__(self, *, others: bool = False) -> None:
        self.circle, self.room = Circle(), Room(others=others)
        desk = Desk(self.circle, self.circle, PEOPLE, load_texts())
        self.told = RecordedCommunity(PEOPLE, spoken)
        self.front = MatrixFront(
            CONNECTION, self.room, desk, PEOPLE, load_texts(), lambda: NOON, communities=self.told
        )
        self.lines = 0

    async def say(self, text: str, account: str = CISO, room: str = "!incident") -> None:
        self.lines += 1
        at = NOON + timedelta(minutes=self.lines)
        assert self.room.hear is not None
        await self.room.hear(
            Said(id=f"$event-{self.lines}", room=room, account=account, text=text, said_at=at)
        )


async def test_a_command_is_given_by_the_person_whose_matrix_id_it_is() -> None:
    scene = Scene()
    await scene.say("!incident declare Ransomware on file servers severity=high")
    assert scene.circle.last.actor.id == "unhcr-ciso"
    assert scene.circle.last.id == "matrix:$event-1"
    assert KEY in scene.room.answers[0][0]


async def test_a_line_as_it_is_typed_elsewhere_is_a_command_too() -> None:
    scene = Scene()
    await scene.say("/incident declare Ransomware", room="!other")
    assert scene.circle.last.verb == "declare"


WORDS = Said(id="$words", room="!incident", account=CISO, text="The mail server is at fault.", said_at=NOON)


@pytest.mark.parametrize("sign", ["\N{PUSHPIN}", "\N{ROUND PUSHPIN}\N{VARIATION SELECTOR-16}"])
async def test_a_pushpin_pins_a_message_with_its_author_its_time_and_its_address(sign: str) -> None:
    scene = Scene()
    scene.room.lines["$words"] = WORDS
    assert scene.room.hear
    signed = Signed(id="$sign", room="!incident", account=CISO, message="$words", sign=sign)
    await scene.room.hear(signed)
    pin = scene.circle.last
    assert (pin.verb, pin.id, pin.incident) == ("pin", "matrix:$sign", KEY)
    assert WORDS.text in pin.texts.values()
    assert {"unhcr-ciso", "https://matrix.to/#/!incident/$words"} <= set(map(str, pin.args.values()))
    assert scene.room.threads == ["$words"], "the answer is below what was pinned"


async def test_another_sign_or_one_elsewhere_or_of_a_stranger_pins_nothing() -> None:
    scene = Scene()
    scene.room.lines["$words"] = WORDS
    assert scene.room.hear
    pin = Signed(id="$sign", room="!incident", account=CISO, message="$words", sign="\N{PUSHPIN}")
    for other in ({"sign": "\N{THUMBS UP SIGN}"}, {"room": "!other"}, {"account": "@x:evil.example"}):
        await scene.room.hear(pin.model_copy(update=other))
    assert not scene.circle.commands
    assert not scene.room.answers


async def test_a_pin_that_is_a_reply_and_says_no_more_pins_what_it_replies_to() -> None:
    scene = Scene()
    scene.room.lines["$words"] = WORDS
    assert scene.room.hear
    reply = WORDS.model_copy(update={"id": "$reply", "text": "!incident pin", "replies_to": "$words"})
    await scene.room.hear(reply)
    assert WORDS.text in scene.circle.last.texts.values()
    await scene.room.hear(reply.model_copy(update={"id": "$other", "text": "!incident pin Words of mine"}))
    assert "Words of mine" in scene.circle.last.texts.values()


async def test_an_edited_command_is_not_carried_out_and_whoever_edited_it_is_told_so() -> None:
    scene = Scene()
    assert scene.room.hear
    edit = Changed(
        id="$edit", room="!incident", account=CISO, message="$line", text="!incident severity critical"
    )
    line = WORDS.model_copy(update={"id": "$line", "thread": "$first"})
    scene.room.lines["$line"] = line
    await scene.room.hear(edit)
    assert not scene.circle.commands
    assert "An edit gives no command" in scene.room.answers[0][0]
    assert scene.room.threads == ["$first"]
    assert scene.room.ids == ["$edit"], (
        "or it would be the answer that the line had already, and stand nowhere"
    )


async def test_a_room_stands_for_the_incident_that_it_was_opened_for() -> None:
    scene = Scene()
    await scene.say("!incident declare Ransomware", room="!other")
    await scene.say("!Incident severity critical")
    assert (scene.circle.last.incident, scene.circle.last.verb) == (KEY, "severity")


@pytest.mark.parametrize(
    "text", ["incident status", "hello", "!incidents", "see !incident status", "see /incident status", ""]
)
async def test_what_is_no_command_is_peoples_own_conversation(text: str) -> None:
    scene = Scene()
    await scene.say(text)
    assert not scene.room.answers
    assert not scene.circle.commands


@pytest.mark.parametrize(
    "account", ["@ciso:evil.example", "@CISO:unhcr.example", "@ciso:unhcr.example.evil", "unhcr-ciso", ""]
)
async def test_a_name_on_another_server_is_somebody_else(account: str) -> None:
    scene = Scene()
    await scene.say("!incident declare Ransomware", account=account)
    assert not scene.circle.commands
    assert "nobody's in the directory" in scene.room.answers[0][0]


async def test_what_was_read_is_told_to_the_reader_alone_where_others_are() -> None:
    scene = Scene(others=True)
    await scene.say("!incident declare Ransomware")
    await scene.say("!incident status")
    declared, status, note = scene.room.answers
    assert declared[1] is False, "what was decided is said where it was asked"
    assert status[1] is True
    assert "Ransomware" in status[0]
    assert note[1] is False
    assert "Ransomware" not in note[0]


async def test_alone_with_muster_the_answer_is_in_the_room() -> None:
    scene = Scene()
    await scene.say("!incident declare Ransomware")
    await scene.say("!incident status")
    assert [privately for _, privately in scene.room.answers] == [False, False]


async def test_muster_comes_where_people_of_the_directory_invite_it() -> None:
    scene = Scene()
    await scene.front.hear(Invited(room="!a", account=CISO))
    await scene.front.hear(Invited(room="!b", account="@somebody:evil.example"))
    assert scene.room.joined == ["!a"]
    assert scene.room.followed == ["!b"], "where one of our rooms goes on, whoever invites"


async def test_muster_follows_where_a_room_goes_on() -> None:
    scene = Scene()
    await scene.front.hear(Replaced(room="!incident", account=CISO, by="!after"))
    assert scene.room.followed == ["!after"]


async def test_an_answer_that_cannot_be_given_stops_nothing() -> None:
    scene = Scene()
    scene.room.trouble = Transient("The homeserver is away.")
    await scene.say("!incident declare Ransomware")
    assert scene.circle.commands


class Hostile:
    """The homeserver was declared compromised."""

    async def distrusted(self) -> frozenset[ConnectionId]:
        return frozenset({CONNECTION.id})


async def test_a_compromised_homeserver_is_told_nothing_and_what_it_says_is_judged_as_untrusted() -> None:
    scene = Scene()
    desk = Desk(scene.circle, scene.circle, PEOPLE, load_texts())
    MatrixFront(CONNECTION, scene.room, desk, PEOPLE, load_texts(), lambda: NOON, Hostile())
    await scene.say("!incident declare Ransomware")
    await scene.say("!incident status", account="@stranger:elsewhere.example")
    assert scene.circle.last.actor.via == CONNECTION.id
    assert not scene.room.answers
    assert scene.room.hear
    await scene.room.hear(Replaced(room="!incident", account=CISO, by="!lure"))
    assert not scene.room.followed, "nobody leads Muster elsewhere from there"


async def test_a_guest_from_a_compromised_homeserver_commands_nothing_in_another_s_room_and_is_told_nothing() -> (
    None
):
    scene = Scene()
    guest = directory().person("wfp-ciso").model_copy(update={"identities": {"matrix": "@ciso:wfp.example"}})
    people = PEOPLE.model_copy(
        update={"people": (guest, *(each for each in PEOPLE.people if each.id != guest.id))}
    )
    home = CONNECTION.model_copy(
        update={"id": ConnectionId("wfp/matrix"), "organization": OrganizationCode("WFP")}
    )

    class AtHome:
        async def distrusted(self) -> frozenset[ConnectionId]:
            return frozenset({home.id})

    desk = Desk(scene.circle, scene.circle, people, load_texts())
    MatrixFront(
        CONNECTION,
        scene.room,
        desk,
        people,
        load_texts(),
        lambda: NOON,
        AtHome(),
        connected=(CONNECTION, home),
    )
    await scene.say("!incident declare A lure", account="@ciso:wfp.example")
    assert scene.circle.last.actor.via == home.id, "it is judged as what comes from there"
    assert not scene.room.answers
    await scene.say("!incident declare Ransomware")
    assert scene.circle.last.actor.via == CONNECTION.id
    assert len(scene.room.answers) == 1


class Taken:
    """Takes every command, but refuses what is changed."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    async def submit(self, command: Command) -> Verdict:
        self.commands.append(command)
        refused = command.verb == "say.change"
        outcome = Outcome.REFUSED if refused else Outcome.DONE
        return Verdict(outcome=outcome, code="x", wording="Not your words." if refused else "")


async def test_what_is_said_in_a_joint_room_is_taken_in_and_what_cannot_be_carried_is_told_below_it() -> None:
    scene, taken = Scene(), Taken()

    async def joint(room: str) -> EffectId | None:
        return EffectId(f"unhcr/matrix/{KEY}/room.open/room.joint-all") if room == "!joint" else None

    async def made(_connection: str, _ref: str) -> None:
        return None

    def carrying(_rooms: RoomIncidents) -> Carrying:
        rooms = RoomIncidents(CONNECTION, joint)
        return Carrying(
            CONNECTION, rooms, taken, made, lambda _room, id: CommandId(f"matrix:{id}"), lambda: NOON
        )

    desk = Desk(scene.circle, scene.circle, PEOPLE, load_texts())
    MatrixFront(CONNECTION, scene.room, desk, PEOPLE, load_texts(), lambda: NOON, carrying=carrying)
    await scene.say("Among ourselves", room="!incident")
    await scene.say("The backups are intact", room="!joint")
    await scene.say("Let me in", room="!joint", account="@stranger:elsewhere.example")
    assert scene.room.hear
    await scene.room.hear(Changed(id="$e", room="!joint", account=CISO, message="$event-2", text="Most"))
    assert [(each.verb, each.id) for each in taken.commands] == [
        ("say", "matrix:$event-2"),
        ("say.change", "matrix:$e"),
    ]
    assert taken.commands[1].args["about"] == entry_id("matrix:$event-2")
    reply = Said(id="$r", room="!joint", account=CISO, text="All of them?", said_at=NOON)
    await scene.room.hear(reply.model_copy(update={"replies_to": "$event-2"}))
    assert taken.commands[2].args["about"] == entry_id("matrix:$event-2"), "a reply keeps what it is to"
    told = [text for text, _privately in scene.room.answers]
    assert ["nobody's in the directory" in told[0], "Not your words." in told[1]] == [True, True]


async def test_a_person_is_answered_in_the_language_that_she_said() -> None:
    scene = Scene()
    await scene.say("!incident severty high")
    assert "Did you mean" in scene.room.answers[-1][0]
    await scene.told.now()
    await scene.say("!incident severty high")
    assert "Vouliez-vous dire" in scene.room.answers[-1][0]


async def test_who_wants_to_compare_emoji_is_told_how_muster_is_known_and_a_stranger_waits_for_nothing() -> (
    None
):
    scene = Scene()
    assert scene.room.hear is not None
    await scene.room.hear(Doubted(id="request-1", account=CISO, device="PHONE"))
    await scene.room.hear(Doubted(id="request-2", account="@nobody:example.org", room="!other"))
    assert scene.room.declined == ["request-1", "request-2"]
    ((words, privately),) = scene.room.answers
    assert "AbCd EfGh" in words
    assert privately


async def test_whose_message_could_not_be_read_is_told_below_it_once_in_a_while_and_a_stranger_is_not() -> (
    None
):
    scene = Scene()
    assert scene.room.hear is not None
    for id, account in (("$one", CISO), ("$two", CISO), ("$three", "@nobody:example.org")):
        await scene.room.hear(Unreadable(id=id, room="!incident", account=account, said_at=NOON))
    await scene.room.hear(Unreadable(id="$four", room="!other", account=CISO, said_at=NOON))
    assert scene.room.threads == ["$one", "$four"]
    assert all("could not read this message" in words for words, _privately in scene.room.answers)


async def test_a_reply_to_a_question_is_its_answer_and_other_words_below_it_are_talk() -> None:
    scene = Scene()
    await scene.say("!incident declare Ransomware")
    await scene.say("!incident ask status UNHCR deadline=1h Are you affected?")
    asked = next(each for each in scene.circle.entries[KEY] if each.kind == Kind.QUESTION_OPEN)

    async def made(connection: str, ref: str) -> EffectRow | None:
        id = EffectId(f"{connection}/{KEY}/message.post/{asked.id}")
        if ref != "$question":
            return None
        return EffectRow(
            id=id, incident=KEY, state=EffectState.DONE, request={}, outcome={}, attempts=1, claimed_at=NOON,
            concluded_at=NOON,
        )  # fmt: skip

    def carrying(rooms: RoomIncidents) -> Carrying:
        return Carrying(
            CONNECTION, rooms, scene.circle, made, lambda _, id: CommandId(f"matrix:{id}"), lambda: NOON
        )

    desk = Desk(scene.circle, scene.circle, PEOPLE, load_texts())
    MatrixFront(CONNECTION, scene.room, desk, PEOPLE, load_texts(), lambda: NOON, carrying=carrying)
    line = Said(id="$r", room="!incident", account=CISO, text="Not affected: we looked", said_at=NOON)
    assert scene.room.hear
    for below in ({}, {"replies_to": "$other"}, {"thread": "$question", "text": "We look into it"}):
        await scene.room.hear(line.model_copy(update=below))
    assert scene.circle.last.verb == "ask", "talk, or not below the question"
    await scene.room.hear(line.model_copy(update={"replies_to": "$question"}))
    answer = scene.circle.last
    assert (answer.verb, answer.id, answer.args["option"], answer.texts) == (
        "answer",
        "matrix:$r",
        "not_affected",
        {"words": "we looked"},
    )
    assert "C-1" in scene.room.answers[-1][0]
    await scene.room.hear(line.model_copy(update={"thread": "$question", "text": "affected", "id": "$t"}))
    assert scene.circle.last.args["option"] == "affected"
