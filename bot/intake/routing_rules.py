"""Routing rules from a file, read again when it changes."""

from pathlib import Path

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from bot.intake.reread import Reread
from bot.written_file import reading
from playbooks.domain.routing import Routing


def read_routing(content: bytes) -> Routing:
    """Read a rules file. Raises Malformed with the place and the fault."""
    with reading("rules"):
        data = YAML(typ="safe", pure=True).load(content.decode("utf-8"))
        return Routing.model_validate(TypeAdapter(dict[str, object]).validate_python(data))


class RoutingInFile(Reread[Routing]):
    """An installation's own rules; a broken change is not taken up, and the rules as they were stay in force."""

    def __init__(self, path: Path) -> None:
        """Read the rules. Raises Malformed, or OSError where there is no such file."""
        super().__init__("The routing rules", lambda: read_routing(path.read_bytes()), lambda _rules: (path,))
