"""The settings of an installation, from the environment; secrets are files outside the database."""

import os
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from playbooks.domain.ids import IncidentKey
from playbooks.texts import load_texts

_PREFIX = "MUSTER_"
_SHARED = f"{_PREFIX}SHARED"
"""Read by the conformance tests alone."""


class Settings(BaseSettings):
    """Each is an environment variable `MUSTER_<NAME>`; no secret has a default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default_factory=lambda: user_data_path("muster"))
    """Keys, logs and the embedded servers' files."""
    database_url: str = ""
    """PostgreSQL; empty under `muster up`, which brings its own."""
    temporal_address: str = ""
    """Temporal's gRPC address; empty under `muster up`."""
    temporal_namespace: str = "default"
    host: str = "127.0.0.1"
    port: int = 8080
    smtp_host: str = "127.0.0.1"
    smtp_port: int | None = None
    """Where alerts by mail are taken; without a port none are."""
    origin: str = ""
    """Where people reach the pages, for sign-in; default `http://localhost:<port>`."""
    directory: Path | None = None
    """A directory file of this installation: people, and what differs from the Annex."""
    connections: Path | None = None
    """The connections file; an organization without an entry is simulated and shown so."""
    sources: Path | None = None
    """The alert sources file."""
    formats: Path | None = None
    """A folder of mapping files, one for each format of the installation's own."""
    routing: Path | None = None
    """The routing rules file; without one, the rules that ship decide."""
    approvals: Path | None = None
    """How many must agree before a playbook acts; without it the rule that ships."""
    playbooks: Path | None = None
    """A folder of the installation's own playbooks, beside those that ship."""
    signers: Path | None = None
    """The trusted signers file: whose signatures under own playbooks count."""
    signed: bool = False
    """Whether an own playbook runs only if a trusted signer has signed it."""
    rotas: Path | None = None
    """The rota file: who is on call in organizations without a pager of their own."""
    retainers: Path | None = None
    """The retainers file: agreements with vendors of incident response."""
    identity_providers: Path | None = None
    """The identity providers file: where organizations' people sign in at home."""
    witnesses: Path | None = None
    """The witnesses file: who in other organizations is shown the record's heads."""

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_names(cls, given: Any) -> Any:  # noqa: ANN401  pydantic's own signature
        """A mistyped name would otherwise be passed over in silence."""
        known = {f"{_PREFIX}{name.upper()}" for name in cls.model_fields} | {_SHARED}
        for name in os.environ:
            if name.startswith(_PREFIX) and name not in known:
                settings = ", ".join(sorted(known - {_SHARED}))
                raise ValueError(load_texts().say("setting.unknown", name=name, known=settings))
        return given

    @property
    def keys(self) -> Path:
        """The folder of the keys; to be backed up apart from the database."""
        return self.data / "keys"

    def room_address(self, key: IncidentKey) -> str:
        """Where people find an incident's room; whoever follows it signs in there."""
        return f"{self.page_origin}/rooms/{key}"

    @property
    def page_origin(self) -> str:
        """The origin that browsers see."""
        return self.origin or f"http://localhost:{self.port}"
