"""Whom a file is made for: whoever asks, or a reader she chooses; never with more than both of them may have."""

from typing import Annotated, Final

from fastapi import Depends, Query

from bot.web.parts import Parts
from bot.web.signin.session import Present
from playbooks.domain.release import Reader

_HANDLE: Final = "@"


async def _chosen(
    parts: Parts,
    visitor: Present,
    name: Annotated[
        str, Query(alias="as", max_length=60, description="An organization's code, or a person's @handle.")
    ] = "",
    *,
    chatham_house: Annotated[
        bool, Query(description="Under the Chatham House Rule: of nobody, and of no organization.")
    ] = False,
) -> Reader:
    """The reader that is asked for. Raises NotFound for one that the directory does not know."""
    own = visitor.reader
    if name.startswith(_HANDLE):
        person = parts.directory.person(name)
        own = own.model_copy(update={"organization": person.organization, "person": person.id})
    elif name:
        own = own.model_copy(update={"organization": parts.directory.organization(name).code, "person": None})
    return own.model_copy(update={"chatham_house": chatham_house})


Chosen = Annotated[Reader, Depends(_chosen)]
"""A route's parameter: the reader that a file is made for."""
