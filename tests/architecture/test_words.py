"""No text that a person reads stands in the code: what commands print and what is wrong with files is of the catalogue.

A literal is a text when it has two words of letters with a space between. What is said to programs, to whoever runs
Muster in its log, and to whoever programs it is none; each such place is named here with its reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SCANNED: Final = (
    *("bot/cli", "bot/witness/file.py", "bot/intake/routing_rules.py", "bot/intake/own_formats.py"),
    *("bot/own_playbooks.py", "bot/playbook_files.py", "bot/written_file.py", "bot/organization_key.py"),
    *("bot/rotas.py", "bot/retainers.py", "bot/approval_rule.py", "bot/openid_file.py", "bot/everything.py"),
    *("bot/composition/keys.py", "bot/demo/play.py", "bot/connections_file.py", "bot/connection_entries.py"),
    *(
        "playbooks/alerts",
        "playbooks/cacao",
        "playbooks/directory",
        "playbooks/rehearsal",
        "playbooks/domain/rota",
    ),
    *(
        f"playbooks/domain/proof/{each}.py"
        for each in ("anchored", "bundle", "bundle_check", "bundle_walk", "locate")
    ),
    *(
        f"playbooks/domain/proof/{each}.py"
        for each in ("checkpoint", "held", "receipt", "stamped", "time_stamp")
    ),
    *(
        f"integrations/postgres/verify{each}.py"
        for each in ("", "_beside", "_heads", "_stamps", "_tree", "_witness")
    ),
    "playbooks/domain/misshapen.py",
    *(
        f"integrations/{each}"
        for each in (
            "http",
            "jira",
            "mail",
            "matrix",
            "openid",
            "pagerduty",
            "rota",
            "slack",
            "taxii",
            "witness",
        )
    ),
    *(
        "bot/connections.py",
        "bot/settings.py",
        "bot/composition/witnesses.py",
        "integrations/postgres/wall.py",
    ),
    *("bot/embedded", "bot/intake/mailbox.py", "integrations/siem/mapping.py", "integrations/siem/paths.py"),
    *("playbooks/domain/clocks.py", "bot/reading", "bot/web/signin"),
)
"""Folders and files in which everything that people read comes from the catalogue."""
NOT_READ: Final = (
    (r"Muster (extension|shorthand|limits|terms|files|offices, .*|catalogue, 003 §144)", "names of rules"),
    (r"(CACAO|RFC|TLP|YAML|STIX|ISO|OpenID|NIST|WebAuthn)[ /].*", "names of standards"),
    (r"Value error, |Value error, .*", "what pydantic puts before a sentence of ours"),
    (r".*%(\(\w+\))?s.*", "lines of the log, for whoever runs Muster"),
    (
        r"(?s).*(<svg|<path|<rect|<circle|<text|<g |<style|viewBox|text-anchor|\bfill:|flowchart TD).*",
        "pictures",
    ),
    (r"(?s).*(\(\?P<|\[\^|\\s|\\w|\[0-9\]|-----BEGIN).*", "patterns"),
    (r"(?s)\n.*", "words of a vocabulary, and SQL"),
    (r"(SELECT|SET TRANSACTION|FROM|CREATE) .*", "SQL"),
    (r".* has no condition", "a fault of the program"),
    (r"https?://.*|.*\.jsonl|/proc/.*", "addresses and files"),
    (r"figures\..*|link back", "codes"),
    (r"indicators give .*|\{\"action\": .*", "examples"),
    (r"/incident .*|(role|invite|phase|note|update|task|declare)\b.*", "commands, as they are typed"),
    (r"-//Muster//.*|cosignature/v1.*|dict\[.*|\{date_num\} .*", "signs of a format"),
    (r"(?s)\*?EXERCISE EXERCISE EXERCISE\*?\n?", "a marking"),
    (r"The signature does not fit the body\.|The body is no event of .*", "answers to programs"),
)
"""What stands in the code and is for no reader of the catalogue, with the reason."""
PLACES: Final[dict[str, tuple[str, ...]]] = {
    # what JSON says, the same in every language
    "bot/cli/doctor.py": ("not configured", "not held"),
    "playbooks/cacao/finding.py": ("ok with warnings",),
    "playbooks/cacao/signatures.py": ("unknown signer", "not in force"),
    # what Typer says, to be put into our words
    "bot/cli/worded.py": ("Missing command\\.", " is not one of …."),
    # what the log calls it
    "bot/intake/routing_rules.py": ("The routing rules",),
    "bot/intake/own_formats.py": ("The formats",),
    "bot/own_playbooks.py": ("The playbooks",),
    # what a playbook says in CACAO, which other programs read
    "playbooks/cacao/export.py": ("incident commander",),
    "playbooks/cacao/extension.py": (
        "Who an agent is in an incident, the function and due time of a step, and how a step is undone.",
        "Muster's documentation, docs/playbooks.md, section “The extension”, states the schema as text.",
    ),
    "playbooks/cacao/escaping.py": ("shell command", "PowerShell command"),
    # what people write in a file of answers
    "playbooks/rehearsal/manner.py": ("decline once",),
    # names of what vendors call so, and what stands in a search
    "integrations/jira/client.py": ('labels = "…" ORDER BY created ASC, key ASC',),
    "integrations/jira/ticketing.py": ("Data Center", 'labels = "…" ORDER BY created ASC'),
    "integrations/pagerduty/failures.py": ("routing key",),
    "integrations/matrix/render.py": (
        '<span data-mx-bg-color="#000000" data-mx-color="…">…</span>',
        '<a href="https://matrix.to/#/…">…</a>',
        "<p>… <code>…</code></p>",
    ),
    # what goes to other programs' logs, into a key, or no further than our own code
    "integrations/matrix/conversation.py": ("Nobody compares emoji at this end.",),
    "integrations/matrix/identity.py": ("muster cross-signing ",),
    "integrations/openid/provider.py": ("not an object",),
    # what stands in an alert in place of its number
    "integrations/siem/paths.py": ("a number too large to be shown",),
    # what the record keeps of a server's refusals, as it keeps the server's own words
    "integrations/taxii/collection.py": ("larger than the server takes",),
    "integrations/taxii/envelopes.py": ("no reason given",),
    # what a digest is of
    "bot/web/signin/openid.py": ("muster openid … ",),
    "bot/web/signin/passkeys.py": ("muster person ",),
    # names of labels inside the shorthand, which nobody sees
    "playbooks/cacao/shorthand/entries.py": ("end after ", "end of the playbook", "end of …: "),
    "playbooks/cacao/shorthand/listing.py": ("end after ", "end of the playbook", "end of …: "),
    # what stands in a description for a value that nobody has given, and is drafted where nobody reads
    "playbooks/cacao/variables.py": ("(not known yet)",),
}
"""What stands where it stands with a reason of its own."""
WORDS: Final = re.compile(r"[^\W\d_]{2,}")


def _files() -> Iterator[Path]:
    for each in SCANNED:
        path = ROOT / each
        yield from sorted(path.rglob("*.py")) if path.is_dir() else (path,)


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Every literal of the code that could be read as a sentence; of an f-string what stands between its values."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    passed = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node) if part is not node}
    for node in nodes:
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            said = "…".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        else:
            continue
        if len(WORDS.findall(said)) > 1 and " " in said.strip():
            yield node.lineno, said


def _is_read(path: Path, said: str) -> bool:
    """Whether a person reads it, and it is none of what is named above."""
    exempt = PLACES.get(str(path.relative_to(ROOT)), ())
    return said not in exempt and not any(re.fullmatch(pattern, said) for pattern, _why in NOT_READ)


@pytest.mark.parametrize("path", tuple(_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_that_a_person_reads_stands_outside_the_catalogue(path: Path) -> None:
    found = [(line, said) for line, said in _texts(path.read_text("utf-8")) if _is_read(path, said)]
    assert found == [], "put these into playbooks/texts, or name them here with the reason"


def test_a_text_outside_the_catalogue_is_found() -> None:
    source = 'def f(n):\n    """What it is for."""\n    say(f"There are {n} of them.", "one code", "ab", sep=", ")\n'
    assert [said for _, said in _texts(source)] == ["There are … of them.", "one code"]


def test_what_is_exempt_is_still_there() -> None:
    for name, exempt in PLACES.items():
        here = {said for _, said in _texts((ROOT / name).read_text("utf-8"))}
        assert set(exempt) <= here, name
