"""Everything that can be said about a playbook before it runs; one module for each family of rules.

The OASIS schema says little of this (it accepts a playbook with two starts, or none); so these rules are the check, and
each names the section of the standard, or the decision of ours, that it comes from.
"""

from collections.abc import Callable, Iterator

from playbooks.cacao.check import (
    agents,
    answers,
    commands,
    conditions,
    extensions,
    identity,
    markings,
    names,
    needs,
    references,
    signatures,
    size,
    spans,
    starts,
    structure,
    summary,
    times,
    transitions,
    unknown,
    variables,
    vocabulary,
)
from playbooks.cacao.finding import Finding
from playbooks.cacao.model import Playbook

Rules = Callable[[Playbook], Iterator[Finding]]

_FAMILIES: tuple[Rules, ...] = (
    identity.rules,
    names.rules,
    times.rules,
    starts.rules,
    references.rules,
    transitions.rules,
    structure.rules,
    spans.rules,
    commands.rules,
    agents.rules,
    needs.rules,
    answers.rules,
    variables.rules,
    conditions.rules,
    markings.rules,
    extensions.rules,
    signatures.rules,
    vocabulary.rules,
    summary.rules,
    unknown.rules,
)


def check(playbook: Playbook) -> tuple[Finding, ...]:
    """Every finding about a playbook, family by family; only those about its size if it is too large to look at."""
    too_large = tuple(size.rules(playbook))
    if too_large:
        return too_large
    return tuple(finding for family in _FAMILIES for finding in family(playbook))
