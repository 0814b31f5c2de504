"""What a command must be given before it is judged: what only the outside knows, and whoever judges may not ask."""

from collections.abc import Awaitable, Callable

from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.case import Case
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable, is_copy, is_there
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.judging.answers import check_given
from playbooks.domain.judging.authorities import AUTHORITIES
from playbooks.domain.judging.joint import ABOUT_WORDS
from playbooks.domain.paging import waiting_pages
from playbooks.domain.policy import check_known, is_party
from playbooks.domain.release import Reader, release
from playbooks.domain.saying import says
from playbooks.ports.community import Communities
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Record
from playbooks.ports.retainers import Retainers
from workflows.terms import RETAINER_VERBS, entrusted, with_routes, with_terms

_ABOUT_AN_ENTRY = ("correct", "erase", "share")
"""Commands that name an entry by its number."""

_ABOUT_PAGES = ("page.acknowledge", "page.resolve")

PlaybookContent = Callable[[str], Awaitable[KeptPlaybook]]
"""From a playbook's name to the hashes under which it, and what it runs, are kept. Raises NotFound and Malformed."""

CaseNow = Callable[[IncidentKey], Awaitable[Case]]
"""The case as the record tells it now; empty where there is none."""


class Preparing:
    """Completes commands from the ledger, the record, the library and the agreements."""

    def __init__(
        self,
        ledger: Ledger,
        record: Record,
        playbook_content: PlaybookContent,
        case: CaseNow,
        retainers: Retainers | None,
        communities: Communities | None,
    ) -> None:
        self._ledger = ledger
        self._record = record
        self._playbook_content = playbook_content
        self._case = case
        self._retainers = retainers
        self._communities = communities

    async def prepared(self, command: Command) -> Command:
        """The command with what only the outside knows: the key of a new incident, the hash of a playbook."""
        args = dict(command.args)
        if args.get("playbook") and command.verb in ("declare", "playbook.run"):
            kept = await self._playbook_content(str(args["playbook"]))
            args |= {"content": kept.content, "carried": dict(kept.carried) or None}
            check_given(str(args["playbook"]), kept.takes, args.get("given") or {})
            args |= {"signed_by": kept.signed_by or None, "unsigned": kept.signed_by == "" or None}
        if command.verb in _ABOUT_AN_ENTRY and command.incident:
            args |= await self._entry_meant(command, command.incident)
        incident = command.incident
        if command.verb in ABOUT_WORDS and args.get("about") and incident:
            args |= await self._words_meant(command, incident)
        if command.verb in RETAINER_VERBS and incident and self._retainers is not None:
            state = (await self._case(incident)).state
            return await with_terms(command.model_copy(update={"args": args}), state, self._retainers)
        if command.verb in _ABOUT_PAGES and incident:
            args["pages"] = list(
                waiting_pages(await self._case(incident), command.actor.organization, command.verb)
            )
        args |= (await with_routes(command, self._communities)).args if command.verb == "ask" else {}
        if command.verb in AUTHORITIES:
            args |= await entrusted(self._communities)
        if command.verb == "declare":
            year = command.received_at.year
            incident = await self._ledger.allocate(command.id, command.actor.organization, year)
        return command.model_copy(update={"args": args, "incident": incident})

    async def _entry_meant(self, command: Command, key: IncidentKey) -> dict[str, object]:
        """The entry that a number names, as far as this actor may read it: whose it is, for whom, how marked.

        Raises NotFound, the same for one that is not there and one that may not be read.
        """
        number, actor = int(command.args["number"]), command.actor
        state = (await self._case(key)).state
        check_known(actor, state)
        reader = Reader(
            organization=actor.organization,
            person=actor.id,
            party_to=(key,) if is_party(actor.id, actor.organization, state) else (),
        )
        found = await anext(self._record.entries(key, number - 1), None)
        position, entry = found or (None, None)
        if entry is None or position != number or not release(entry, reader):
            raise NotFound(says("no_such_entry", number=number, incident=key))
        return {
            "entry": entry.id,
            "entry_organization": entry.actor.organization,
            "entry_audience": list(entry.audience),
            "entry_marking": entry.marking.value,
            "entry_has_words": any(entry.texts.values()),
            "entry_pap": entry.data.get("pap"),
            **(await self._to_be_erased(command, key, entry) if command.verb == "erase" else {}),
        }

    async def _words_meant(self, command: Command, key: IncidentKey) -> dict[str, object]:
        """What was said before, as an entry: when, by whom, where. A reply to what was not carried is below nothing.

        What was said below something is found by what it is below: rooms have threads and no threads within.
        Raises NotFound where what is to be changed was never carried.
        """
        found = await self._record.entries_by_id([EntryId(str(command.args["about"]))])
        is_reply = command.verb in ("say", "say.sign")
        if is_reply and found and found[0].data.get("about"):
            found = await self._record.entries_by_id([EntryId(found[0].data["about"])])
        if not found or found[0].incident != key:
            if is_reply:
                return {"about": None}
            raise NotFound(says("not_found.words"))
        entry = found[0]
        return {
            "about": entry.id,
            "about_at": entry.at.isoformat(),
            "about_author": entry.actor.id,
            "about_organization": entry.actor.organization,
            "about_said": {
                "connection": entry.data.get("connection"),
                "message": entry.data.get("said_in", {}).get("message"),
            },
        }

    async def _to_be_erased(self, command: Command, key: IncidentKey, entry: Entry) -> dict[str, object]:
        """Whether the entry has what is to be erased, and which others a machine gave the same words to."""
        what = Erasable(command.args["what"])
        copies = [
            other.id
            async for _, other in self._record.entries(key)
            if other.id != entry.id and is_copy(what, entry, other)
        ]
        return {"has_it": is_there(what, entry), "copies": copies}
