"""What pages say, from the catalogue: in templates, with markup filled in, and in the scripts of a page."""

import json
from typing import Final

from markupsafe import Markup, escape

from playbooks.texts import Texts

_OF_SCRIPTS: Final = ("page.live", "page.room.no_answer", "page.passkey.")
"""What the scripts say; the page brings it along."""


class Said:
    """The words of pages."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def say(self, code: str, **args: object) -> str:
        """A text whose placeholders are filled with words; the template escapes it as a whole."""
        return self._texts.say(code, **args)

    def with_markup(self, code: str, **args: object) -> Markup:
        """A text whose placeholders are filled with what may be markup, such as a moment that machines read too."""
        marked = {name: value for name, value in args.items() if isinstance(value, Markup)}
        held = {name: f"\x00{name}\x00" for name in marked}
        said = str(escape(self._texts.say(code, **(args | held))))
        for name, value in marked.items():
            said = said.replace(f"\x00{name}\x00", str(value))
        return Markup(said)  # noqa: S704  what was no markup is escaped above

    def for_scripts(self) -> str:
        """The scripts' words as JSON, for an attribute of the page."""
        codes = (code for code in self._texts if code.startswith(_OF_SCRIPTS))
        return json.dumps(
            {code.removeprefix("page."): self._texts.say(code) for code in codes}, ensure_ascii=False
        )
