"""What verifying the record says: whole, or the first thing wrong, and what is not protected at all."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import EntryId
from playbooks.texts import load_texts


class Damage(StrEnum):
    """The kinds of damage that verification tells apart."""

    ALTERED_SLOT = "altered slot"
    ALTERED_COMMITMENT = "altered commitment"
    ALTERED_ENTRY = "altered entry"
    ALTERED_LEAF = "altered leaf"
    ALTERED_TREE = "altered tree"
    ALTERED_HEAD = "altered head"
    REMOVED = "removed"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TRUNCATED = "truncated"
    ERASED = "erased without a decision"
    HEAD_NOT_IN_LOG = "head not in log"
    HEAD_NOT_SIGNED = "head not signed"
    UNKNOWN_KEY = "unknown key"
    VERDICT_WITHOUT_ENTRY = "verdict without entry"
    REWRITTEN = "not what a witness holds"
    NOT_WITNESSED = "not witnessed"
    NOT_STAMPED = "not what was stamped"
    BESIDE = "does not fit the record"
    BROKEN_PROMISE = "not what was promised"
    MALFORMED = "malformed"


class Span(BaseModel):
    """Damage of a kind at one of the positions from `first` to `last`, counted from 1."""

    model_config = ConfigDict(frozen=True)

    kind: Damage
    first: int
    last: int
    detail: str = ""
    """More about it, in a few words: slots by their names, or what else it may be."""


class Problem(BaseModel):
    """One thing wrong: where it is, of what kind, and in a sentence for a person."""

    model_config = ConfigDict(frozen=True)

    kind: Damage
    sentence: str
    tree: str | None = None
    position: int | None = None
    """The place in the tree, counted from 1: of the entry, or the first of those it may be."""
    entry: EntryId | None = None


class Found(Exception):
    """Ends a verification at the first problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class Report(BaseModel):
    """The outcome of verifying an installation's record or one bundle."""

    model_config = ConfigDict(frozen=True)

    entries: int
    """How many entries were found unaltered before the first problem, if any."""
    trees: int
    withheld: int = 0
    """How many of them are withheld as a whole: they are proven to be there, and nothing more."""
    erased: int = 0
    """How many of them lack a slot that was erased by decision; the commitments still stand."""
    stamped: tuple[str, ...] = ()
    """Said of each time stamping authority: what of the log it stamped last, and when."""
    first_problem: Problem | None = None
    not_protected: tuple[str, ...] = ()
    """Said plainly: what this verification cannot vouch for."""

    @property
    def ok(self) -> bool:
        """Whether nothing wrong was found."""
        return self.first_problem is None


def problem_at(tree: str, span: Span, entry: EntryId | None = None) -> Problem:
    """The problem of a kind at a place of a tree, in a sentence."""
    texts, what = load_texts(), span.kind.name.lower()
    about = {"tree": tree, "detail": f" ({span.detail})" if span.detail else ""}
    if span.first == span.last:
        place = f"{span.first} ({entry})" if entry else span.first
        sentence = texts.say(f"proof.entry.{what}", place=place, **about)
    else:
        sentence = texts.say(f"proof.among.{what}", first=span.first, last=span.last, **about)
    return Problem(kind=span.kind, sentence=sentence, tree=tree, position=span.first, entry=entry)
