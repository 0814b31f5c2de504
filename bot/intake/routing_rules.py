"""Routing rules from a file, read again when it changes."""

import logging
import time
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks.domain.errors import Malformed
from playbooks.domain.routing import Routing

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = 1.0
"""Seconds between looks at the file's time."""


def read_routing(content: bytes) -> Routing:
    """Read a rules file. Raises Malformed with the place and the fault."""
    try:
        data = YAML(typ="safe", pure=True).load(content.decode("utf-8"))
        return Routing.model_validate(TypeAdapter(dict[str, object]).validate_python(data))
    except (UnicodeDecodeError, YAMLError) as error:
        raise Malformed(f"The rules file is not YAML text ({str(error).splitlines()[0]}).") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the top"
        raise Malformed(f"The rules file, at {place}: {problem['msg']}; see docs/alerts.md.") from None


class RoutingInFile:
    """An installation's own rules; a broken change is not taken up, and the rules as they were stay in force."""

    def __init__(self, path: Path) -> None:
        """Read the rules. Raises Malformed, or OSError where there is no such file."""
        self._path = path
        self._looked_at = time.monotonic()
        self._load()

    def __call__(self) -> Routing:
        """The rules in force."""
        now = time.monotonic()
        if now - self._looked_at > _LOOK_EVERY:
            self._looked_at = now
            self._refresh()
        return self._routing

    def _refresh(self) -> None:
        try:
            if self._path.stat().st_mtime_ns != self._read_at:
                self._load()
        except (Malformed, OSError) as error:
            _LOG.warning("The routing rules as they were stay in force: %s", error)

    def _load(self) -> None:
        self._read_at = self._path.stat().st_mtime_ns
        self._routing = read_routing(self._path.read_bytes())
