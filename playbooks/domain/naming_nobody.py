"""Words of people without whom they mention, for where nobody may be named (Chatham House Rule, 004 §5)."""

import re
from typing import Final

_MENTION: Final = re.compile(r"(?<![\w.+-])@\w(?:[\w.:-]*\w)?")
"""Whom words name by handle or account: both tell of an organization too. An address for mail is no mention."""


def naming_nobody(words: str) -> str:
    """The same words, with `@…` in the place of each mention."""
    return _MENTION.sub("@…", words)
