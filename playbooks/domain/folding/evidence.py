"""How each kind of entry changes the chain of custody of a piece of evidence."""

from playbooks.domain.entry import Entry
from playbooks.domain.erasure import Erasable
from playbooks.domain.evidence import Custody, Evidence, Handling
from playbooks.domain.folding.effects import remarked
from playbooks.domain.folding.growing import Change, Folding
from playbooks.domain.ids import EvidenceId, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind


def _received(case: Folding, entry: Entry) -> None:
    evidence = Evidence(
        id=entry.data["evidence"],
        sha256=entry.data["sha256"],
        size=entry.data.get("size"),
        chain=(_link(entry, Handling.RECEIVED, entry.actor.id, entry.actor.organization),),
    )
    case.evidence[evidence.id] = evidence
    remarked(case, entry)


def _handed_over(case: Folding, entry: Entry) -> None:
    """To a guest it begins here: who had it before is not hers to know."""
    data = entry.data
    link = _link(entry, Handling.HANDED_OVER, data["person"], data["organization"])
    piece = EvidenceId(data["evidence"])
    if piece not in case.evidence and "sha256" in data:
        case.evidence[piece] = Evidence(id=piece, sha256=data["sha256"], chain=(link,))
    else:
        _custody(case, entry, link)


def _copied(case: Folding, entry: Entry) -> None:
    _custody(case, entry, _link(entry, Handling.COPIED, entry.actor.id, entry.actor.organization))


def _erased(case: Folding, entry: Entry) -> None:
    """A file that was approved to be erased: the chain ends there."""
    if entry.data.get("what") != Erasable.FILE:
        return
    for piece in [each for each in case.evidence.values() if each.entry == entry.data["entry"]]:
        link = _link(entry, Handling.ERASED, entry.actor.id, entry.actor.organization)
        case.evidence[piece.id] = piece.model_copy(update={"chain": (*piece.chain, link)})


def _link(entry: Entry, handling: Handling, person: str, organization: str) -> Custody:
    return Custody(
        at=entry.at,
        handling=handling,
        person=PersonId(person),
        organization=OrganizationCode(organization),
        entry=entry.id,
    )


def _custody(case: Folding, entry: Entry, link: Custody) -> None:
    found = case.evidence.get(entry.data["evidence"])
    if found is not None:
        case.evidence[found.id] = found.model_copy(update={"chain": (*found.chain, link)})


EVIDENCE: dict[str, Change] = {
    Kind.EVIDENCE_RECEIVE: _received,
    Kind.EVIDENCE_HAND_OVER: _handed_over,
    Kind.EVIDENCE_COPY: _copied,
    Kind.ERASURE_APPROVE: _erased,
}
