"""Who must agree before a playbook acts: from the installation's file, else as it ships."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks import library
from playbooks.actions.approvals import ApprovalRule
from playbooks.domain.errors import Malformed


def read_approvals(path: Path | None) -> ApprovalRule:
    """The rule of a file. Raises Malformed with the place and the fault."""
    if path is None:
        return library.approvals()
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        return ApprovalRule.model_validate(TypeAdapter(dict[str, object]).validate_python(data))
    except OSError as error:
        raise Malformed(f"The approvals file {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise Malformed(f"The approvals file is no YAML text ({str(error).splitlines()[0]}).") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the top"
        raise Malformed(
            f"The approvals file, at {place}: {problem['msg']}; see docs/playbooks.md, “Approvals”."
        ) from None
