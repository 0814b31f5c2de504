"""Wording effects: what leaves the house was released to the organization that it goes to, entry by entry."""

import pytest

from bot.composing import Composer
from integrations.simulated.reading import SimulatedReading
from playbooks.actions.effect import CommandAt, EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.giving import NAMED, UNNAMED
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Button, Document, plain
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import Tongue, speaking
from playbooks.ports.composer import Composed, Withheld
from playbooks.ports.http import Call
from playbooks.ports.write import File
from playbooks.texts import load_texts
from tests.casts import Scene, declared
from tests.unit.bot.reading.record_in_memory import RecordInMemory

TEXTS = load_texts()
HASH = "9f" * 32


def room(organization: str, ceiling: Marking = Marking.AMBER_STRICT) -> Connection:
    code = OrganizationCode(organization)
    return Connection(
        id=connection_id(code, "chat"), organization=code, vendor=Vendor.SIMULATED_CHAT, ceiling=ceiling
    )


def pager(organization: str) -> Connection:
    code = OrganizationCode(organization)
    return Connection(
        id=connection_id(code, "pager"),
        organization=code,
        vendor=Vendor.SIMULATED_PAGING,
        ceiling=Marking.GREEN,
    )


def tracker(ceiling: Marking = Marking.AMBER_STRICT) -> Connection:
    code = OrganizationCode("UNHCR")
    id = connection_id(code, "tickets")
    return Connection(id=id, organization=code, vendor=Vendor.SIMULATED_TICKETING, ceiling=ceiling)


async def _no_call(at: CommandAt) -> Call:
    raise AssertionError(at)


async def composed(scene: Scene, request: EffectRequest, connection: Connection) -> Composed | Withheld:
    record = RecordInMemory(scene.entries)
    return await Composer(SimulatedReading(record), TEXTS, _no_call)(request, connection)


def asked(scene: Scene, entry: Entry, action: str, connection: Connection) -> EffectRequest:
    """The effect that this entry leads to, of this action and through this connection."""
    return next(
        request
        for request in follow_ups(entry, scene.state)
        if request.action == action and request.connection == connection.id
    )


async def said(scene: Scene, entry: Entry, connection: Connection, action: str = "message.post") -> str:
    document = await composed(scene, asked(scene, entry, action, connection), connection)
    assert isinstance(document, Document), document
    return plain(document)


async def test_a_message_is_marked_and_says_what_was_decided_in_peoples_own_words() -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do("unhcr-duty", "update", texts={"update": "Backups are clean."})

    text = await said(scene, entry, room("WFP"))

    assert text.startswith("TLP:AMBER+STRICT")
    assert "Backups are clean." in text
    assert "unhcr-duty" in text


async def test_what_is_stricter_than_the_connection_bears_stays_here() -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do("unhcr-duty", "update", texts={"update": "Backups are clean."})
    narrow = room("WFP", Marking.GREEN)

    assert await composed(scene, asked(scene, entry, "message.post", narrow), narrow) == Withheld(
        code="ceiling"
    )


async def test_an_organization_that_left_meanwhile_is_told_nothing_more() -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do("unhcr-duty", "update", texts={"update": "Backups are clean."})
    request = asked(scene, entry, "message.post", room("WFP"))
    scene.do("wfp-duty", "leave")

    assert await composed(scene, request, room("WFP")) == Withheld(code="not_released")


async def test_a_page_holds_codes_alone() -> None:
    scene = declared("alert of UNHCR")

    text = await said(scene, scene.entries[0], pager("UNHCR"), "page.trigger")

    assert scene.key in text
    assert "Ransomware" not in text


async def test_a_page_says_how_severe_it_is_in_the_receivers_language() -> None:
    scene = declared("alert of UNHCR")
    with speaking(Tongue(language="fr")):
        text = await said(scene, scene.entries[0], pager("UNHCR"), "page.trigger")
    assert "gravité élevée" in text


class TestFiles:
    """A file in evidence goes to the lead's ticket by the rule that its entry goes by."""

    async def composed(self, scene: Scene, entry: Entry, tracker: Connection) -> Composed | Withheld:
        async def kept(key: IncidentKey, sha256: str) -> bytes:
            if (key, sha256) != (scene.key, HASH):
                raise NotFound("not kept")
            return b"bytes"

        record = SimulatedReading(RecordInMemory(scene.entries))
        composer = Composer(record, TEXTS, _no_call, files=kept)
        return await composer(asked(scene, entry, "ticket.attach", tracker), tracker)

    @pytest.mark.parametrize("who", ["unhcr-duty", "wfp-duty"])
    async def test_it_goes_under_a_name_that_is_one(self, who: str) -> None:
        scene = declared(joined=("WFP",))
        (entry,) = scene.do(who, "evidence.add", sha256=HASH, texts={"name": "C:\\logs/proxy\n.log"})
        file = await self.composed(scene, entry, tracker())
        assert file == File(name="C logs proxy .log", content=b"bytes")

    async def test_what_the_ticket_may_not_carry_is_withheld(self) -> None:
        scene = declared(joined=("WFP",))
        (entry,) = scene.do("wfp-duty", "evidence.add", sha256=HASH, texts={"name": "proxy.log"})
        assert await self.composed(scene, entry, tracker(Marking.GREEN)) == Withheld(code="ceiling")
        scene.do("unhcr-duty", "restrict", named=["unhcr-legal"])
        assert await self.composed(scene, entry, tracker()) == Withheld(code="not_known")

    async def test_one_of_which_the_hash_alone_is_known_stays_where_it_is(self) -> None:
        scene = declared()
        (entry,) = scene.do("unhcr-duty", "evidence.add", sha256="0" * 64, texts={"name": "disk.raw"})
        assert await self.composed(scene, entry, tracker()) == Withheld(code="not_kept")


class TestRestricted:
    """Posts, tickets, rooms and pages of a restricted incident reach nobody: accounts are an organization's."""

    async def test_nothing_of_it_leaves_the_house(self) -> None:
        scene = declared("alert of UNHCR", restricted=True, named=["unhcr-legal"])
        for request in follow_ups(scene.entries[0], scene.state):
            account = pager("UNHCR") if request.action == "page.trigger" else room("UNHCR")
            assert isinstance(await composed(scene, request, account), Withheld), request.action

    async def test_nor_what_was_said_before_and_was_still_on_its_way(self) -> None:
        scene = declared(joined=("WFP",))
        (entry,) = scene.do("unhcr-duty", "update", texts={"update": "Look at your own staff."})
        request = asked(scene, entry, "message.post", room("WFP"))
        scene.do("unhcr-duty", "restrict", named=["unhcr-legal"])

        assert await composed(scene, request, room("WFP")) == Withheld(code="not_known")


async def test_one_entry_that_may_not_be_told_withholds_the_whole_message() -> None:
    scene = declared(joined=("WFP", "UNICC"))
    (shared,) = scene.do("unhcr-duty", "note", texts={"note": "For the parties."})
    (own,) = scene.do("unicc-duty", "task.add", texts={"text": "For us."}, organization="UNICC")
    request = asked(scene, scene.entries[0], "message.post", room("UNHCR")).model_copy(
        update={"entries": (shared.id, own.id)}
    )

    assert await composed(scene, request, room("WFP")) == Withheld(code="not_released")
    assert isinstance(await composed(scene, request, room("UNHCR")), Document)


@pytest.mark.parametrize("text", ["", "no.such.text"])
async def test_an_effect_without_words_is_marked_and_empty(text: str) -> None:
    scene = declared()
    request = asked(scene, scene.entries[0], "message.post", room("UNHCR"))
    bare = request.model_copy(update={"entries": (), "text": text})

    document = await composed(scene, bare, room("UNHCR"))
    assert isinstance(document, Document)
    assert plain(document).strip() == "TLP:AMBER+STRICT"


class Hostile:
    """Every chat system of WFP was declared compromised."""

    async def distrusted(self) -> frozenset[ConnectionId]:
        return frozenset({room("WFP").id})


async def test_what_waits_for_a_connection_that_is_declared_compromised_meanwhile_is_not_sent() -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do("unhcr-duty", "update", texts={"update": "Backups are clean."})
    composer = Composer(SimulatedReading(RecordInMemory(scene.entries)), TEXTS, _no_call, trust=Hostile())
    waiting = asked(scene, entry, "message.post", room("WFP"))
    assert await composer(waiting, room("WFP")) == Withheld(code="untrusted")
    elsewhere = asked(scene, entry, "message.post", room("UNHCR"))
    assert isinstance(await composer(elsewhere, room("UNHCR")), Document)


async def test_the_mail_says_where_to_sign_in_and_nothing_of_the_incident() -> None:
    scene = declared()
    (entry,) = scene.do("unhcr-ciso", "move", connection="web", texts={"reason": "Strangers read our Slack"})
    mail = pager("UNHCR").model_copy(
        update={"id": ConnectionId("unhcr/mail"), "vendor": Vendor.SIMULATED_MAIL}
    )
    record = SimulatedReading(RecordInMemory(scene.entries))
    composer = Composer(
        record, TEXTS, _no_call, address=lambda key: f"https://muster.example.org/rooms/{key}"
    )
    written = await composer(asked(scene, entry, "mail.send", mail), mail)
    assert isinstance(written, Document)
    text = plain(written)
    assert f"https://muster.example.org/rooms/{scene.key}" in text
    assert "Strangers" not in text
    assert "Ransomware" not in text


async def test_whoever_is_called_has_a_button_in_the_room_and_nothing_else_told_there_has_it() -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do(
        "timer of UNHCR",
        "page.call",
        effect=f"unhcr/pager/{scene.key}/page.trigger/1",
        level="1",
        people=["unhcr-ciso"],
    )

    chat = await composed(scene, asked(scene, entry, "message.post", room("UNHCR")), room("UNHCR"))

    assert _buttons(chat) == ["/incident page acknowledge"]
    (later,) = scene.do("unhcr-duty", "update", texts={"update": "On it."})
    assert not _buttons(
        await composed(scene, asked(scene, later, "message.post", room("UNHCR")), room("UNHCR"))
    )


async def _sheet(connection: Connection, key: IncidentKey, what: str) -> bytes:
    if connection.ceiling is Marking.CLEAR:
        raise NotFound("There is none.")
    return f"{connection.id} {key} {what}".encode()


def collection(ceiling: Marking) -> Connection:
    id = connection_id(OrganizationCode("WFP"), "sharing")
    code = OrganizationCode("WFP")
    return Connection(id=id, organization=code, vendor=Vendor.SIMULATED_SHARING, ceiling=ceiling)


@pytest.mark.parametrize("what", [NAMED, UNNAMED])
async def test_indicators_are_put_together_as_they_go_each_bounded_by_its_own_label(what: str) -> None:
    scene = declared(joined=("WFP",))
    (entry,) = scene.do("wfp-duty", "indicators.give", collection="sharing", unnamed=what == UNNAMED)
    composer = Composer(SimulatedReading(RecordInMemory(scene.entries)), TEXTS, _no_call, sheets=_sheet)
    green = collection(Marking.GREEN)
    giving = asked(scene, entry, "indicators.give", green)
    assert not green.carries(giving.marking), "the incident's label is beyond the collection"
    composed = await composer(giving, green)
    assert composed == File(name="indicators.json", content=f"wfp/sharing {scene.key} {what}".encode())
    assert await composer(giving, collection(Marking.CLEAR)) == Withheld(code="no_indicators")


def _buttons(composed: object) -> list[str]:
    assert isinstance(composed, Document), composed
    return [block.command for block in composed.blocks if isinstance(block, Button)]


async def test_whoever_is_invited_has_a_button_to_join_in_its_own_room_alone() -> None:
    scene = declared()
    (invited,) = scene.do("unhcr-ciso", "invite", organizations=["WFP"])
    scene.do("wfp-ciso", "join")
    for code, buttons in (("WFP", ["/incident join"]), ("UNHCR", [])):
        told = await composed(scene, asked(scene, invited, "message.post", room(code)), room(code))
        assert _buttons(told) == buttons


async def test_whoever_is_asked_for_work_has_a_button_to_accept_it_and_whoever_asked_has_none() -> None:
    scene = declared(joined=("WFP",))
    (request,) = scene.do("unhcr-ciso", "task.add", texts={"text": "Look for it."}, organization="WFP")
    for code, buttons in (("WFP", ["/incident task accept WFP-1"]), ("UNHCR", [])):
        told = await composed(scene, asked(scene, request, "message.post", room(code)), room(code))
        assert _buttons(told) == buttons
