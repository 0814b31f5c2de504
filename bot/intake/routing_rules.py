"""Routing rules from a file."""

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

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
