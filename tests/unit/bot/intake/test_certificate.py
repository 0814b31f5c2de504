"""A client certificate counts when our own proxy says it, in each way in which proxies do, and from nobody else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.intake.authentication import begin
from bot.intake.problem import Refusal
from bot.intake.sources import KnownSource, read_sources, with_secrets
from playbooks.domain.errors import Malformed

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PROXY, STRANGER = "192.0.2.10", "192.0.2.11"
HEADER = "X-Forwarded-Client-Cert"


def _certificate() -> x509.Certificate:
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "soc")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return made.sign(key, None)


CERTIFICATE = _certificate()
FINGERPRINT = CERTIFICATE.fingerprint(SHA256()).hex()
FILE = """
proxy: {{addresses: ["192.0.2.10"]}}
sources:
  - name: soc
    organization: UNICC
    keys: [{{id: now, use: certificate, fingerprint: "{fingerprint}"}}]
"""


def known(fingerprint: str = FINGERPRINT) -> KnownSource:
    read = read_sources(FILE.format(fingerprint=fingerprint).encode())
    return with_secrets(read.sources[0], {}, None, read.proxy)  # type: ignore[arg-type]  # no secret lies in a file


@pytest.mark.parametrize(
    "said",
    [
        FINGERPRINT,
        FINGERPRINT.upper(),
        ":".join(FINGERPRINT[at : at + 2] for at in range(0, 64, 2)),
        f'By=spiffe://house;Hash={FINGERPRINT};Subject="CN=soc"',
        quote(CERTIFICATE.public_bytes(Encoding.PEM).decode()),
    ],
)
def test_our_proxy_may_say_it_in_each_way(said: str) -> None:
    begin(known(), {HEADER: said}, NOW, PROXY).check()


@pytest.mark.parametrize(
    ("said", "peer"),
    [
        (FINGERPRINT, STRANGER),
        (FINGERPRINT, ""),
        ("", PROXY),
        ("0" * 64, PROXY),
        (f"Hash={'0' * 64}", PROXY),
        (f"Subject=Hash={FINGERPRINT}x", PROXY),
        (f'Subject="CN=soc;Hash={FINGERPRINT};"', PROXY),
        (f"Hash={FINGERPRINT},By=us;Hash={'0' * 64}", PROXY),
        ("-----BEGIN CERTIFICATE-----%0Anonsense", PROXY),
    ],
)
def test_anything_else_is_no_certificate(said: str, peer: str) -> None:
    with pytest.raises(Refusal, match="not authenticated"):
        begin(known(), {HEADER: said}, NOW, peer)


def test_a_certificate_of_another_source_is_none_of_this() -> None:
    with pytest.raises(Refusal):
        begin(known("a" * 64), {HEADER: FINGERPRINT}, NOW, PROXY)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("sources: [{name: soc, organization: UNICC, keys: [{id: k, use: certificate}]}]", "fingerprint"),
        (
            FILE.format(fingerprint=FINGERPRINT).partition("\n")[2].partition("\n")[2],
            "proxy",
        ),
        ("sources: [{name: soc, organization: UNICC, keys: [{id: k, use: bearer}]}]", "secret"),
    ],
)
def test_what_lacks_in_the_file_is_said(content: str, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read_sources(content.encode())
