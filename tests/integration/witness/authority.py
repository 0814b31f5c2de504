"""A time stamping authority as others run them: `openssl ts` behind HTTP, with a certificate of its own making."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from fastapi import FastAPI, Request, Response

from bot.embedded import remembered_ports
from bot.serving import served

OPENSSL = shutil.which("openssl") or ""
_CONFIG = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """Where it answers, and the root that it lies below."""

    url: str
    roots: Path


@asynccontextmanager
async def an_authority(folder: Path, name: str = "tsa") -> AsyncIterator[Authority]:
    """Answers as long as the block runs."""
    folder = folder / name
    folder.mkdir()
    _certified(folder)
    (folder / "serial").write_text("01")
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    app = FastAPI()

    @app.post("/")
    async def stamp(request: Request) -> Response:
        (folder / "query").write_bytes(await request.body())
        running = await asyncio.create_subprocess_exec(
            OPENSSL, "ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply", cwd=folder,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await running.wait()
        return Response((folder / "reply").read_bytes(), media_type="application/timestamp-reply")

    port = remembered_ports(folder, name)[name]
    async with served(app, "127.0.0.1", port):
        yield Authority(f"http://127.0.0.1:{port}/", folder / "root.pem")


def _certified(folder: Path) -> None:
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root of the time stamps")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = _certificate(root_name, root_name, root_key)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made_root = root.add_extension(usage, critical=True).sign(root_key, SHA256())
    leaf = _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps")]), root_name, key)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = leaf.add_extension(stamping, critical=True).sign(root_key, SHA256())
    (folder / "root.pem").write_bytes(made_root.public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _certificate(name: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
