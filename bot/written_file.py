"""Files that somebody writes for an installation: what is wrong with one is told with the place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError
from ruamel.yaml.error import YAMLError

from playbooks.domain.errors import Malformed
from playbooks.domain.misshapen import fault_of, first_of, no_yaml, place_of
from playbooks.domain.saying import saying

Kind = Literal["approvals", "retainers", "rotas", "rules", "witnesses"]
"""What a file is about; the catalogue calls it `file.kind.<kind>`."""
_DOCS: Final[dict[Kind, str]] = {
    "approvals": "docs/playbooks.md",
    "retainers": "docs/retainer.md",
    "rotas": "docs/on-call.md",
    "rules": "docs/alerts.md",
    "witnesses": "docs/operating.md",
}
"""Where it is said what may stand in it."""


@contextmanager
def reading(kind: Kind, path: Path | None = None) -> Iterator[None]:
    """Whatever keeps a file from being read in this block, as Malformed: with the place and what would be right."""
    file = saying(f"file.kind.{kind}")
    try:
        yield
    except OSError as error:
        raise Malformed(saying("file.unread", file=file, path=path, why=error.strerror)) from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise Malformed(saying("file.no_yaml", file=file, why=no_yaml(error))) from None
    except ValidationError as error:
        problem = first_of(error)
        about = {"place": place_of(problem), "what": fault_of(problem), "docs": _DOCS[kind]}
        raise Malformed(saying("file.wrong", file=file, **about)) from None
