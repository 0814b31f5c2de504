"""What a secret looks like where nothing around it says that it is one: in commands, addresses, contents and names."""

import base64
import binascii
import re

NAMED = re.compile(
    r"(?:^|_|-)(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_?key|private_?key)_*\Z",
    re.IGNORECASE,
)
"""Names of variables that hold one; `token_lifetime` and `password_policy` do not."""

_REFERENCE = r"(?!__|\$|<|\{|%|\*|withheld)"
"""What stands for a value that comes from elsewhere, or was taken out before, is none."""

_FORMS = tuple(
    re.compile(form)
    for form in (
        r"://(?:__\w{1,250}?__:value|(?!__)[^/\s:@\"']{1,100}):" + _REFERENCE + r"(?P<secret>[^/\s@\"']{1,300})@",
        r"(?i:authorization)[\"']?\s{0,5}[:=]\s{0,5}[\"']?(?i:bearer|basic|token)\s{1,5}" + _REFERENCE
        + r"(?P<secret>[\w.~+/=-]{4,4000})",
        r"(?P<secret>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\w\s+/=:,]{1,20000}-----END [A-Z ]{0,30}PRIVATE KEY-----)",
        r"\b(?P<secret>AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{50,255}|xox[abprs]-[\w-]{10,250})",
        r"\bsshpass\s{1,5}-p\s{0,5}[\"']?" + _REFERENCE + r"(?P<secret>[^\s\"']{1,300})",
        r"\"(?i:password|passwd|passphrase|client_secret|api_?key|access_token)\"\s{0,5}:\s{0,5}\"" + _REFERENCE
        + r"(?P<secret>[^\"\\]{1,4000})\"",
    )
)  # fmt: skip
"""User information of addresses (RFC 3986 §3.2.1), credentials in headers (RFC 9110 §11.6.2), private keys (RFC 7468),
tokens whose issuers made them easy to find, and passwords named so in JSON. Each is bounded, so that time is."""


def without(text: str, instead: str) -> str:
    """The text with every secret that its form gives away replaced."""
    for form in _FORMS:
        text = form.sub(lambda match: _replaced(match, instead), text)
    return text


def without_encoded(text: str, instead: str) -> str:
    """The same for text in base64; what is none stays as it is."""
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return text
    clean = without(plain, instead)
    return text if clean == plain else base64.b64encode(clean.encode()).decode()


def _replaced(match: re.Match[str], instead: str) -> str:
    start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
    whole = match.group()
    return f"{whole[:start]}{instead}{whole[end:]}"
