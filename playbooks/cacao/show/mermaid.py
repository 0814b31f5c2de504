"""A playbook as a Mermaid flowchart: a shape for each type of step, a class for how it stands."""

from collections.abc import Iterator, Mapping

from playbooks.cacao.model import Identifier, Playbook, Step
from playbooks.cacao.show.wording import beginning, branch_title, condition, consent, say

_SHAPES = {
    "start": ("((", "))"),
    "end": ("(((", ")))"),
    "action": ("[", "]"),
    "playbook-action": ("[[", "]]"),
    "parallel": ("[/", "\\]"),
    "if-condition": ("{", "}"),
    "while-condition": ("{{", "}}"),
    "switch-condition": ("{", "}"),
}
_CLASSES = {
    "done": "fill:#d9efd9,stroke:#2e7d32",
    "running": "fill:#dbe9ff,stroke:#1a5fb4,stroke-width:3px",
    "waiting": "fill:#fff3cd,stroke:#8a6d00,stroke-dasharray:4 3",
    "failed": "fill:#fbdada,stroke:#b3261e,stroke-width:3px,stroke-dasharray:1 3",
}
"""Colour and line, so that neither is needed alone."""

_LONGEST = 80


def as_mermaid(playbook: Playbook, standing: Mapping[Identifier, str] | None = None) -> str:
    """A `flowchart TD`; `standing` says of a step that it is `done`, `running`, `waiting` or `failed`."""
    nodes = {identifier: f"s{index}" for index, identifier in enumerate(playbook.workflow)}
    lines = ["flowchart TD"]
    for identifier, step in playbook.workflow.items():
        before, after = _SHAPES[step.type]
        lines.append(f'    {nodes[identifier]}{before}"{_label(identifier, step, playbook)}"{after}')
    for identifier, step in playbook.workflow.items():
        lines += _edges(identifier, step, nodes)
    lines += _classes(nodes, standing or {})
    return "\n".join(lines) + "\n"


def _label(identifier: Identifier, step: Step, playbook: Playbook) -> str:
    if step.type in ("start", "end") and not step.name:
        said = beginning(playbook) if identifier == playbook.workflow_start else consent(step)
        return "<br/>".join(map(escaped, (say(f"type.{step.type}"), *said)))
    label = playbook.label(identifier)
    text = getattr(step, "condition", None) or getattr(step, "switch", None)
    said = (escaped(part) for part in (condition(text) if text else "", *consent(step)) if part)
    return "<br/>".join((escaped(label), *said))


def escaped(text: str) -> str:
    """The text so that Mermaid reads no syntax in it, on one line and not too long."""
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return "".join(c if c.isalnum() or c in " .,:/…?!_=-" else f"#{ord(c)};" for c in short)


def _edges(identifier: Identifier, step: Step, nodes: Mapping[Identifier, str]) -> Iterator[str]:
    here = nodes[identifier]
    for index, (link, target) in enumerate(step.branches):
        if target in nodes:
            yield f'    {here} -->|"{escaped(branch_title(step, link, index))}"| {nodes[target]}'
    words = {"on_completion": "", "on_success": "", "on_failure": say("if_fails")}
    for link, target in step.transitions:
        if target not in nodes:
            continue
        word = words[link] or (say("afterwards") if step.branches else "")
        arrow = "-.->" if link == "on_failure" else "==>" if step.branches else "-->"
        yield (
            f'    {here} {arrow}|"{word}"| {nodes[target]}' if word else f"    {here} {arrow} {nodes[target]}"
        )


def _classes(nodes: Mapping[Identifier, str], standing: Mapping[Identifier, str]) -> Iterator[str]:
    for name, style in _CLASSES.items():
        members = [nodes[identifier] for identifier in nodes if standing.get(identifier) == name]
        if members:
            yield f"    classDef {name} {style}"
            yield f"    class {','.join(members)} {name}"
