"""What language a terminal asks for: by `LC_ALL`, `LC_MESSAGES`, `LANG`, as POSIX has it (Base Definitions, 8.2)."""

from collections.abc import Mapping, Sequence

from babel.core import negotiate_locale


def offered(environ: Mapping[str, str], languages: Sequence[str]) -> str:
    """The language of the first of them that is set, where there are texts in it; empty otherwise."""
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return negotiate_locale([said.partition(".")[0]], languages) or ""
