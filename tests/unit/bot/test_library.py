"""Playbooks at hand: by name, by hash, and the words of each step."""

import hashlib

import pytest

from bot.library import Library
from playbooks import library as shipped
from playbooks.domain.errors import Malformed, NotFound
from playbooks.library import approvals
from workflows.activities.recording import WordsFrom

CONDITION = b"""
playbook: Asks
description: A condition in words.
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  system: {type: string, value: the mail relay}
agents:
  lead organization: {organization: lead}
steps:
  - step: Look at it
    description: With care.
    task: Look at __system__:value.
    by: lead organization
  - step: Has the press called?
    if: The press has called
    then:
      - step: Say something
        announce: {message: We know of it.}
        by: lead organization
"""


class Kept:
    """Content in memory."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        """See the port."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return sha256

    async def get(self, sha256: str) -> bytes:
        """See the port."""
        if sha256 not in self.contents:
            raise NotFound("There is no such content.")
        return self.contents[sha256]


async def _words(step: str, *, name_only: bool = False) -> dict[str, str]:
    kept = Kept()
    library, sha256 = Library(kept), await kept.put(CONDITION)
    structure = await library.structure(sha256, library.rule)
    for id in structure.workflow:
        words = WordsFrom(content=sha256, step=id, name_only=name_only)
        if (await library.words(words))["name"] == step:
            return await library.words(words)
    raise AssertionError(step)


async def test_a_playbook_is_kept_by_the_hash_of_its_content() -> None:
    kept = Kept()
    sha256 = (await Library(kept).put("ransomware")).content

    assert kept.contents[sha256] == shipped.content("ransomware")


async def test_a_playbook_that_does_not_ship_is_not_found() -> None:
    with pytest.raises(NotFound) as error:
        await Library(Kept()).put("../settings")
    assert error.value.code == "no_such_playbook"


async def test_a_task_says_what_is_to_be_done_with_the_variables_filled_in() -> None:
    words = await _words("Look at it")

    assert words == {"name": "Look at it", "text": "Look at the mail relay.\nWith care."}


async def test_a_message_says_its_message() -> None:
    assert (await _words("Say something"))["text"] == "We know of it."


async def test_a_condition_in_words_is_what_is_asked() -> None:
    assert (await _words("Has the press called?"))["text"] == "The press has called"


async def test_the_name_alone_when_no_more_is_wanted() -> None:
    assert await _words("Look at it", name_only=True) == {"name": "Look at it"}


async def test_every_step_of_what_ships_has_words() -> None:
    kept = Kept()
    library = Library(kept)
    sha256 = (await library.put("ransomware")).content
    for id in (await library.structure(sha256, library.rule)).workflow:
        words = await library.words(WordsFrom(content=sha256, step=id))
        assert words["name"]
        assert words["text"]


@pytest.mark.parametrize("content", [b"", b"playbook: [what", b"\xff\xfe", b"{}", b"[]"])
async def test_what_is_no_playbook_is_malformed(content: bytes) -> None:
    kept = Kept()
    sha256 = await kept.put(content)
    with pytest.raises(Malformed) as error:
        await Library(kept).structure(sha256, approvals())
    assert error.value.code == "no_playbook"


CODE = b"""
playbook: Block an address
created: 2026-11-22T08:00:00.000Z
variables:
  address: {type: string, value: 192.0.2.1}
agents:
  lead organization: {organization: lead}
steps:
  - step: Block it
    by: lead organization
    commands:
      - ssh: iptables -A INPUT -s __address__:value -j DROP
      - type: http-api
        command: POST /block/__address__:value HTTP/1.1
        headers: {Content-Type: [application/json]}
        content: '{"address": "__address__:value"}'
    undo:
      ssh: iptables -D INPUT -s __address__:value -j DROP
"""


async def _said(**chosen: object) -> str:
    kept = Kept()
    library, sha256 = Library(kept), await kept.put(CODE)
    step = next(
        id for id in (await library.structure(sha256, library.rule)).workflow if id.startswith("action--")
    )
    words = WordsFrom.model_validate({"content": sha256, "step": step, **chosen})
    return (await library.words(words))["text"]


async def test_code_is_shown_to_the_letter_with_the_values_of_now_quoted_for_where_they_stand() -> None:
    assert await _said(commands=[0], values={"__address__": "192.0.2.7; rm -rf /"}) == (
        "iptables -A INPUT -s '192.0.2.7; rm -rf /' -j DROP"
    )


async def test_a_request_is_shown_whole() -> None:
    assert await _said(commands=[1], values={"__address__": "192.0.2.7"}) == (
        'POST /block/192.0.2.7 HTTP/1.1\nContent-Type: application/json\n{"address": "192.0.2.7"}'
    )


async def test_what_takes_a_step_back_is_shown_in_its_place() -> None:
    assert await _said(is_undo=True) == "iptables -D INPUT -s 192.0.2.1 -j DROP"


async def test_a_value_that_cannot_be_put_in_safely_leaves_the_command_as_it_was_written() -> None:
    assert await _said(commands=[0], values={"__address__": "-oProxyCommand=x"}) == (
        "iptables -A INPUT -s __address__:value -j DROP"
    )
