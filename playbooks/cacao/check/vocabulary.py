"""Words of the standard's vocabularies: one that it does not have is kept, and said (CACAO 2.0 §3.1, §5, §7)."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.model import ActionStep, Playbook
from playbooks.cacao.vocabularies import ACTIVITIES, CATEGORIES, PLAYBOOK_TYPES, SECTORS, SIGNATURE_ALGORITHMS

_MOST = 20
"""Of one list that are told; whoever mends these looks again."""
_HASHES = ("sha-256", "sha-512")


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Types, activities, sectors, categories, algorithms: every vocabulary is open, so that none of it refuses."""
    for path, said, known, rule, what in _used(playbook):
        for word in islice((word for word in said if word not in known), _MOST):
            near = get_close_matches(word[:60], known, n=1)
            named: dict[str, object] = {"typed": word[:60], "nearest": "".join(near)}
            yield warn(path, rule, f"word.{what}", remedy="nearest" if near else "kept", **named)


def _used(playbook: Playbook) -> Iterator[tuple[Path, Iterable[str], Collection[str], str, str]]:
    section = "CACAO 2.0 §3.1"
    yield ("playbook_types",), playbook.playbook_types, PLAYBOOK_TYPES, section, "playbook_type"
    yield ("playbook_activities",), playbook.playbook_activities, ACTIVITIES, section, "activity"
    yield ("industry_sectors",), playbook.industry_sectors, SECTORS, section, "sector"
    for identifier, step in playbook.workflow.items():
        for index, command in enumerate(step.commands if isinstance(step, ActionStep) else ()):
            path: Path = ("workflow", identifier, "commands", index, "playbook_activity")
            activity = [command.playbook_activity] if command.playbook_activity else []
            yield path, activity, ACTIVITIES, "CACAO 2.0 §5", "activity"
    for where in ("agent_definitions", "target_definitions"):
        for identifier, agent in getattr(playbook, where).items():
            rule = "CACAO 2.0 §7"
            yield (where, identifier, "category"), agent.category, CATEGORIES, rule, "category"
            yield (where, identifier, "sector"), filter(None, [agent.sector]), SECTORS, rule, "sector"
    for index, signature in enumerate(playbook.signatures):
        rule = "CACAO 2.0 §10.14"
        yield ("signatures", index, "type"), [signature.type], ("jss",), rule, "signature_type"
        algorithms = [signature.algorithm]
        yield ("signatures", index, "algorithm"), algorithms, SIGNATURE_ALGORITHMS, rule, "algorithm"
        yield (
            ("signatures", index, "hash_algorithm"),
            [signature.hash_algorithm],
            _HASHES,
            rule,
            "hash",
        )
