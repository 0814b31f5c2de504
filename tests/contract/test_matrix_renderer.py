"""Matrix's renderer passes the suite of renderers; what acts there is a tag, a mention, or a line at the left edge."""

import unicodedata
from collections.abc import Hashable
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

from integrations.matrix.messages import below, contents, replacing, transaction
from integrations.matrix.render import MatrixRenderer
from playbooks.domain.document import (
    Banner,
    Bullets,
    Button,
    Code,
    Document,
    Footnote,
    Mention,
    Paragraph,
    Text,
    paragraph,
)
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from tests.contract.renderers import check_renderer
from tests.contract.samples import MESSAGE

CISO = PersonId("unhcr-ciso")
ACCOUNT = "@ciso:unhcr.example"
render = MatrixRenderer({CISO: ACCOUNT}.get)
ALLOWED = {"a", "br", "code", "details", "h4", "li", "p", "span", "strong", "summary", "ul"}
"""Of what the specification lets a client show (“m.room.message msgtypes”)."""


class _Read(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, object]] = []
        self.text = ""
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.tags.append((tag, tuple(attrs)))

    @override
    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


def _acts(content: dict[str, Any]) -> list[Hashable]:
    edges = [
        line[:1]
        for line in content["body"].split("\n")
        if line[:1] and not line[:1].isspace() and line[0] in "#-[>/!"
    ]
    controls = [
        c for c in content["body"] if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}
    ]
    return [
        *_Read(content["formatted_body"]).tags,
        *edges,
        *controls,
        *content["m.mentions"].get("user_ids", ()),
    ]


def _shown(content: dict[str, Any]) -> str:
    return _Read(content["formatted_body"]).text


def test_a_receipt_is_folded_away_until_somebody_wants_it() -> None:
    receipt = Document(blocks=(paragraph("Done."), Footnote(label="Receipt", code="muster-receipt.1")))
    said = render(receipt)
    folded = "<details><summary>Receipt</summary><code>muster-receipt.1</code></details>"
    assert said["formatted_body"] == f"<p>Done.</p>{folded}"
    assert "[Receipt] muster-receipt.1" in said["body"], "who has bare characters alone has it too"


def test_matrix_shows_every_word_and_lets_none_act() -> None:
    check_renderer(render, active=_acts, shown=_shown, examples=150)


def test_the_plain_body_says_the_same() -> None:
    check_renderer(render, active=_acts, shown=lambda content: str(content["body"]), examples=50)


def test_every_tag_is_one_that_clients_show() -> None:
    read = _Read(
        render(Document(blocks=(*MESSAGE.blocks, Button(label="Yes", command="/incident show"))))[
            "formatted_body"
        ]
    )
    assert {tag for tag, _attributes in read.tags} <= ALLOWED


def test_a_person_with_an_account_is_mentioned_and_another_is_named() -> None:
    parts = (
        Mention(person=CISO),
        Text(text=" @room @ciso:unhcr.example "),
        Mention(person=PersonId("wfp-ciso")),
    )
    content = render(Document(blocks=(Paragraph(parts=parts),)))
    assert content["m.mentions"] == {"user_ids": [ACCOUNT]}
    assert content["formatted_body"].count("<a ") == 1


def test_a_message_without_mentions_says_so() -> None:
    assert render(MESSAGE)["m.mentions"] == {}


def test_a_button_is_a_line_to_type_that_clients_do_not_keep_for_themselves() -> None:
    content = render(Document(blocks=(Button(label="Yes", command="/incident answer C-1 yes"),)))
    assert "!incident answer C-1 yes" in content["body"]
    assert "<code>!incident answer C-1 yes</code>" in content["formatted_body"]


def test_a_command_that_a_text_names_is_one_that_can_be_typed_there() -> None:
    parts = (Text(text="Next: "), Code(text="/incident role"), Code(text="/incidents/7"))
    content = render(Document(blocks=(Paragraph(parts=parts), Bullets(items=(parts,)))))
    assert content["formatted_body"].count("<code>!incident role</code><code>/incidents/7</code>") == 2


def test_the_marking_stands_in_its_colour_on_black() -> None:
    content = render(Document(blocks=(Banner(marking=Marking.RED, exercise=True),)))
    assert 'data-mx-bg-color="#000000" data-mx-color="#ff2b2b">TLP:RED<' in content["formatted_body"]
    assert "EXERCISE" in content["formatted_body"]


def test_a_long_document_is_several_messages_each_marked() -> None:
    long = Document(blocks=(*MESSAGE.blocks, paragraph("Зашифровано. " * 4000)))
    parts = contents(render, long)
    assert len(parts) > 1
    assert all(part["body"].startswith("TLP:AMBER") for part in parts)
    assert sum(part["body"].count("Зашифровано.") for part in parts) == 4000


def test_a_threads_message_reads_as_a_reply_where_clients_know_no_threads() -> None:
    assert below({"body": "x"}, "$parent")["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$parent",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$parent"},
    }
    assert below({"body": "x"}, None) == {"body": "x"}


def test_a_replacement_carries_the_new_content_whole() -> None:
    content = render(MESSAGE)
    replaced = replacing(content, "$old")
    assert replaced["m.new_content"] == content
    assert replaced["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$old"}


def test_one_effect_has_one_transaction_for_each_part() -> None:
    effect = "unhcr/matrix/INC-2026-0042/message.post/1"
    assert transaction(effect) == transaction(effect, 1) != transaction(effect, 2)
    assert transaction(effect).replace("-", "").isalnum()
