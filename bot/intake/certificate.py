"""A sender's client certificate, as a proxy that checked it says: the fingerprint that counts is SHA-256's.

Proxies say it in three ways: the certificate itself in PEM, escaped as a URL (nginx's `$ssl_client_escaped_cert`,
Traefik), a field `Hash=` (Envoy's `X-Forwarded-Client-Cert`), or the fingerprint alone.
"""

import re
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

_PLAIN: Final = re.compile(r"(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}", re.IGNORECASE)
_HASH: Final = re.compile(r"(?:^|[;,])\s*Hash=([0-9a-f]{64})(?=$|[;,])", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
"""A subject's name is the sender's to choose, so what stands in quotes is no field."""
_PEM: Final = "-----BEGIN CERTIFICATE-----"


def fingerprint_said(header: str) -> str | None:
    """The fingerprint in a proxy's header, 64 lower-case digits; None where there is none."""
    said = header.strip()
    if _PLAIN.fullmatch(said):
        return said.replace(":", "").lower()
    if found := _HASH.findall(_QUOTED.sub("", said)):
        return str(found[-1]).lower()
    return _of_pem(unquote(said).strip())


def _of_pem(text: str) -> str | None:
    if not text.startswith(_PEM):
        return None
    try:
        return x509.load_pem_x509_certificate(text.encode()).fingerprint(SHA256()).hex()
    except ValueError:
        return None
