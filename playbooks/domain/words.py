"""The words of an incident's entries, as whoever is spoken to reads them."""

from playbooks.domain.case import Case
from playbooks.texts.spoken import text_as_read


def words_of(case: Case, entry: str, *names: str) -> str:
    """What stands in an entry under the first of these names; nothing where it has none, or they are withheld."""
    texts = case.texts.get(entry, {})
    return text_as_read(next((texts[name] for name in names if texts.get(name)), ""))
