"""The witnesses file: who witnesses this installation's log, by which key, reached how; `docs/operating.md`."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.notes import NoteKey, Signs


def _cosigns(text: str) -> str:
    try:
        key = NoteKey.read(text)
    except Malformed as error:
        raise ValueError(error.sentence.rstrip(".")) from None
    if key.signs is not Signs.COSIGNATURES:
        raise ValueError("this key does not cosign; the witness has its own in witness.vkey")
    return text.strip()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WitnessEntry(_Frozen):
    """One witness: over HTTP by `url`, or by a `folder` that both sides can write to."""

    organization: OrganizationCode
    vkey: Annotated[str, AfterValidator(_cosigns)]
    url: Annotated[str, Field(pattern=r"^https?://")] = ""
    folder: Path | None = None

    @property
    def key(self) -> NoteKey:
        """The witness's public key."""
        return NoteKey.read(self.vkey)

    @model_validator(mode="after")
    def _one_way(self) -> "WitnessEntry":
        if bool(self.url) == bool(self.folder):
            raise ValueError("a witness has a url or a folder, and not both")
        return self


class WitnessesFile(_Frozen):
    """All of them, and how often they are shown the newest head (seconds)."""

    every: Annotated[int, Field(ge=1)] = 60
    witnesses: tuple[WitnessEntry, ...] = ()

    @property
    def pace(self) -> timedelta:
        """How often each witness is shown the newest head; at an incident's close in any case."""
        return timedelta(seconds=self.every)

    @property
    def by_name(self) -> Mapping[str, WitnessEntry]:
        """The witnesses by the names of their keys."""
        return {entry.key.name: entry for entry in self.witnesses}


def read_witnesses(path: Path | None) -> WitnessesFile:
    """Read the file; no witnesses without one. Raises Malformed with the place and what would be right."""
    if path is None:
        return WitnessesFile()
    try:
        return WitnessesFile.model_validate(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise Malformed(f"The witnesses file {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise Malformed(f"The witnesses file is no YAML text ({str(error).splitlines()[0]}).") from None
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, problem["loc"])) or "as a whole"
        said = problem["msg"].removeprefix("Value error, ")
        raise Malformed(f"The witnesses file, {place}: {said}; see docs/operating.md.") from None
