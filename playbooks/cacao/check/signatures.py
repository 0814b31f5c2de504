"""Signatures: what can be said of them without a key (CACAO 2.0 §10.14)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, warn
from playbooks.cacao.model import Playbook

RULE = "CACAO 2.0 §10.14"
_KEYS = ("public_key", "public_cert_chain", "cert_url", "thumbprint")


def rules(playbook: Playbook) -> Iterator[Finding]:
    """That each is about this version of this playbook, with one way to find the key."""
    for index, signature in enumerate(playbook.signatures):
        path = ("signatures", index)
        if signature.related_to != playbook.id or signature.related_version != playbook.modified:
            yield warn(path, RULE, "signature_elsewhere")
        if sum(bool(getattr(signature, name)) for name in _KEYS) != 1:
            yield warn(path, RULE, "signature_keys", known=", ".join(_KEYS))
        if not signature.value:
            yield warn((*path, "value"), RULE, "signature_empty")
