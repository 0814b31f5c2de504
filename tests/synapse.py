"""A real Synapse, for as long as a block runs: installed by its locked hashes into a folder of its own, once.

`echo matrix-synapse | uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url
--no-annotate - --output-file tests/synapse.lock` chooses the versions anew.
"""

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.embedded.ports import remembered_ports
from tests.elsewhere import python_with

LOCK: Final = Path(__file__).with_name("synapse.lock")
SECRET: Final = "registration"
PASSWORD: Final = "of a person"
_START_WITHIN: Final = 60
_STOP_WITHIN: Final = 15


class Synapse:
    """One homeserver in one folder; it may be stopped and started again."""

    def __init__(self, folder: Path, python: Path, *, federates: bool = False, **settings: Any) -> None:
        self.folder = folder
        ports = remembered_ports(folder, "synapse", "federation")
        self.port = ports["synapse"]
        self.name = f"localhost:{ports['federation'] if federates else self.port}"
        self.url = f"http://127.0.0.1:{self.port}"
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        config = {**_config(folder, self.name, self.port), **settings}
        if federates:
            config |= _federation(folder, config, ports["federation"])
        (folder / "homeserver.yaml").write_text(json.dumps(config), "utf-8")  # JSON is YAML
        subprocess.run([*self._command(), "--generate-keys"], cwd=folder, capture_output=True, check=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "synapse.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "synapse.log").read_text("utf-8")[-2000:])
            time.sleep(0.05)

    def stop(self, *, kill: bool = False) -> None:
        """End it, by its own process id."""
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait(_STOP_WITHIN)
            self._process = None

    def token(self, user: str, device: str) -> str:
        """An access token of a device of this user, who is registered when new."""
        with httpx.Client(base_url=self.url) as web:
            self._register(web, user)
            identifier = {"type": "m.id.user", "user": user}
            login = {
                "type": "m.login.password",
                "identifier": identifier,
                "password": PASSWORD,
                "device_id": device,
            }
            said = web.post("/_matrix/client/v3/login", json=login).raise_for_status()
            return str(said.json()["access_token"])

    def account(self, user: str) -> str:
        """The user's Matrix id."""
        return f"@{user}:{self.name}"

    def _register(self, web: httpx.Client, user: str) -> None:
        path = "/_synapse/admin/v1/register"
        nonce = web.get(path).raise_for_status().json()["nonce"]
        said = f"{nonce}\0{user}\0{PASSWORD}\0notadmin"
        mac = hmac.new(SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": user, "password": PASSWORD, "admin": False, "mac": mac}
        answer = web.post(path, json=body)
        if answer.is_error and answer.json()["errcode"] != "M_USER_IN_USE":
            answer.raise_for_status()

    def _command(self) -> list[str | Path]:
        return [self._python, "-m", "synapse.app.homeserver", "--config-path", "homeserver.yaml"]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health").is_success
        except httpx.TransportError:
            return False


@contextmanager
def synapse(folder: Path, *, federates: bool = False, **settings: Any) -> Iterator[Synapse]:
    """A fresh homeserver, without limits of rate unless `settings` set them; alone unless it federates."""
    server = Synapse(folder, python_with(LOCK), federates=federates, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


_ENDLESS: Final = {"per_second": 10_000, "burst_count": 10_000}
_LIMITS: Final[dict[str, Any]] = {
    "rc_message": _ENDLESS,
    "rc_registration": _ENDLESS,
    "rc_login": {"address": _ENDLESS, "account": _ENDLESS, "failed_attempts": _ENDLESS},
    "rc_admin_redaction": _ENDLESS,
    "rc_joins": {"local": _ENDLESS, "remote": _ENDLESS},
    "rc_joins_per_room": _ENDLESS,
    "rc_invites": {"per_room": _ENDLESS, "per_user": _ENDLESS, "per_issuer": _ENDLESS},
    "rc_room_creation": _ENDLESS,
    "rc_key_requests": _ENDLESS,
}


def _config(folder: Path, name: str, port: int) -> dict[str, Any]:
    return {
        "server_name": name,
        "listeners": [
            {
                "port": port,
                "type": "http",
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "pid_file": str(folder / "homeserver.pid"),
        "report_stats": False,
        "suppress_key_server_warning": True,
        "trusted_key_servers": [],
        "registration_shared_secret": SECRET,
        "bcrypt_rounds": 4,
        **_LIMITS,
    }


def _federation(folder: Path, config: dict[str, Any], port: int) -> dict[str, Any]:
    """What a server takes to speak with others on this machine; its name is where they find it, by TLS."""
    certificate, key = _self_signed(folder)
    listener = {
        "port": port,
        "type": "http",
        "tls": True,
        "bind_addresses": ["127.0.0.1"],
        "resources": [{"names": ["federation"]}],
    }
    return {
        "listeners": [*config["listeners"], listener],
        "tls_certificate_path": str(certificate),
        "tls_private_key_path": str(key),
        "federation_verify_certificates": False,
        "ip_range_blacklist": [],
        "federation_ip_range_blacklist": [],
    }


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "tls.crt", folder / "tls.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
