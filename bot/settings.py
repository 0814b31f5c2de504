"""The settings of an installation, from the environment; secrets are files outside the database."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each is an environment variable `MUSTER_<NAME>`; no secret has a default."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="forbid", frozen=True)

    data: Path = Field(default_factory=lambda: user_data_path("muster"))
    """Keys, logs and the embedded servers' files."""
    database_url: str = ""
    """PostgreSQL; empty under `muster up`, which brings its own."""
    temporal_address: str = ""
    """Temporal's gRPC address; empty under `muster up`."""
    temporal_namespace: str = "default"
    host: str = "127.0.0.1"
    port: int = 8080
    origin: str = ""
    """Where people reach the pages, for sign-in; default `http://localhost:<port>`."""
    directory: Path | None = None
    """A directory file of this installation: people, and what differs from the Annex."""
    connections: Path | None = None
    """The connections file; an organization without an entry is simulated and shown so."""
    sources: Path | None = None
    """The alert sources file."""

    @property
    def keys(self) -> Path:
        """The folder of the keys; to be backed up apart from the database."""
        return self.data / "keys"

    @property
    def page_origin(self) -> str:
        """The origin that browsers see."""
        return self.origin or f"http://localhost:{self.port}"
