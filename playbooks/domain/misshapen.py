"""What does not fit in a file that somebody wrote: where, and what, in words of the catalogue.

The model says it in pydantic's words, and the parser in those of YAML's grammar; the catalogue has ours for the
kinds of faults that people make. Never the value: somebody may have put a secret there.
"""

from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from playbooks.domain.saying import Saying, saying
from playbooks.texts.catalogue import load_texts

_OURS = "Value error, "
"""What pydantic puts before a sentence of our own validators."""


def place_of(problem: ErrorDetails) -> Saying | str:
    """Where it is, as people look for it: `rotas.0.zone`, or the top."""
    return ".".join(str(part) for part in problem["loc"]) or saying("file.top")


def fault_of(problem: ErrorDetails) -> Saying | str:
    """What is wrong there: the sentence of a validator of ours, or `file.fault.<kind>`, never pydantic's English."""
    if problem["msg"].startswith(_OURS):
        return problem["msg"].removeprefix(_OURS).rstrip(".")
    code = f"file.fault.{problem['type']}"
    said = code if code in load_texts() else "file.fault.other"
    return saying(said, **{name: str(value) for name, value in problem.get("ctx", {}).items()})


_SLIPS: Final = {
    "DuplicateKeyError": "twice",
    "ComposerError": "special",
    "ConstructorError": "special",
}
"""What went wrong, `file.yaml.<slip>`, by the parser's class of error."""


def no_yaml(error: Exception) -> Saying:
    """Where a text is no YAML, by line and column from 1, and what to look at there, `file.yaml.<slip>`."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return saying("file.yaml.unfit")
    is_tab = "'\\t'" in str(getattr(error, "problem", ""))
    slip = "tab" if is_tab else _SLIPS.get(type(error).__name__, "at")
    return saying(f"file.yaml.{slip}", line=mark.line + 1, column=mark.column + 1)


def first_of(error: ValidationError) -> ErrorDetails:
    """The first fault; one is mended after the other."""
    return error.errors(include_url=False, include_input=False)[0]
