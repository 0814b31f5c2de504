"""What is said back, as a document: to a verdict, a refusal, a line misread, a part of Muster away."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.commands.chat_command import ChatCommand
from bot.commands.help import how
from bot.commands.misread import Misread
from playbooks.domain.command import Command, Verdict
from playbooks.domain.document import Block, Code, Document, Footnote, Inline, Text, paragraph, plain_part
from playbooks.domain.errors import IncidentError
from playbooks.domain.saying import in_parts
from playbooks.texts import Texts
from playbooks.texts.wording import label, sentence


def judged(texts: Texts, command: Command, verdict: Verdict) -> Document:
    """What happened, the incident's key first, and what is owed next."""
    said = _said(command, verdict)
    code = f"verdict.{verdict.code}"
    if command.verb == "task.add" and said.get("requested_by") != said.get("organization"):
        code = "verdict.task.add.requested"
    return Document(blocks=(paragraph(*sentence(texts, code if code in texts else "verdict.done", said)),))


def refused(texts: Texts, command: Command, verdict: Verdict) -> Document:
    """Why not, and by which rule of which document."""
    blocks: list[Block] = [paragraph(*_refusal(texts, command, verdict))]
    said: dict[str, Inline | str | int] = {
        "rule": Code(text=verdict.code),
        "source": label(texts, "source", verdict.source or ""),
    }
    code = "refusal.rule_and_source" if verdict.source else "refusal.rule"
    blocks.append(paragraph(*texts.parts(code, **said)))
    return Document(blocks=tuple(blocks))


def with_receipt(texts: Texts, document: Document, receipt: str | None) -> Document:
    """The same with our signed promise that it stands in the record, for the sender to keep."""
    if receipt is None:
        return document
    return Document(blocks=(*document.blocks, Footnote(label=texts.say("receipt"), code=receipt)))


def misread(texts: Texts, error: Misread, command: ChatCommand | None) -> Document:
    """What was not understood, what it may have meant, and how the command is typed."""
    return Document(blocks=tuple(_misread(texts, error, command)))


def in_a_sentence(texts: Texts, error: IncidentError) -> str:
    """What was wrong, as one sentence beside a field; with the nearest that would be right."""
    if not isinstance(error, Misread):
        return _bare(in_parts(error.wording)) or texts.say("error.unsaid")
    said = _bare(texts.parts(error.code, **_amiss(texts, error)))
    return f"{said} {texts.say('misread.nearest', nearest=error.nearest)}" if error.nearest else said


def failed(texts: Texts, error: IncidentError) -> Document:
    """A sentence for what could not be done. The error's own sentence says what was wrong and what to do."""
    return Document(blocks=(paragraph(*(in_parts(error.wording) or texts.parts("error.unsaid"))),))


def _said(command: Command, verdict: Verdict) -> dict[str, Any]:
    incident = verdict.incident or command.incident
    return {**command.args, **verdict.args, "incident": incident}


def _refusal(texts: Texts, command: Command, verdict: Verdict) -> tuple[Inline, ...]:
    """The sentence after the incident's key, unless it names it itself."""
    incident = verdict.incident or command.incident or ""
    words = in_parts(verdict.wording) or texts.parts("error.unsaid")
    if verdict.sentence.startswith(incident):
        return words
    here = Text(text="")
    around = texts.parts("refusal.incident", incident=incident, sentence=here)
    return tuple(part for each in around for part in (words if each is here else (each,)))


def _bare(parts: Iterable[Inline]) -> str:
    """For a place that shows bare characters, such as beside a field."""
    return "".join(plain_part(part) for part in parts)


def _misread(texts: Texts, error: Misread, command: ChatCommand | None) -> Iterator[Block]:
    yield paragraph(*texts.parts(error.code, **_amiss(texts, error)))
    if error.nearest:
        yield paragraph(*texts.parts("misread.nearest", nearest=Code(text=error.nearest)))
    if command is not None:
        yield how(texts, command)


def _amiss(texts: Texts, error: Misread) -> dict[str, str | int]:
    """What fills the sentence: a field is called as forms call it, a type of value in words."""
    return {
        name: label(texts, name, value) if name in ("field", "fits") and isinstance(value, str) else value
        for name, value in error.said.items()
    }
