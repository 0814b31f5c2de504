"""Routing rules from a file, read again when it changes."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.intake.reread import Reread
from playbooks.domain.errors import Malformed
from playbooks.domain.routing import Routing


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


class RoutingInFile(Reread[Routing]):
    """An installation's own rules; a broken change is not taken up, and the rules as they were stay in force."""

    def __init__(self, path: Path) -> None:
        """Read the rules. Raises Malformed, or OSError where there is no such file."""
        super().__init__("The routing rules", lambda: read_routing(path.read_bytes()), lambda _rules: (path,))
