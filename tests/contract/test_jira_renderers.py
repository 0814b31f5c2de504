"""Jira's two texts pass the suite of renderers: Cloud's tree and Data Center's wiki text."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from integrations.jira.adf import Node, adf
from integrations.jira.render import summary, text
from integrations.jira.wiki import wiki
from playbooks.domain.document import Document, Heading, Link, paragraph
from tests.contract.fakes.adf import faults_of
from tests.contract.renderers import HOSTILE, check_renderer, everywhere


def _nodes(node: Any) -> Iterator[Node]:
    yield node
    for child in node.get("content", ()):
        yield from _nodes(child)


def _structure(tree: Node) -> Sequence[str]:
    """Every node but breaks, and where every link leads; a link of several lines is one."""
    kinds = (
        json.dumps([mark for mark in node.get("marks", ()) if mark["type"] == "link"] or node["type"])
        for node in _nodes(tree)
    )
    said = [kind for kind in kinds if kind not in {'"text"', '"hardBreak"'}]
    return [kind for at, kind in enumerate(said) if at == 0 or "link" not in kind or kind != said[at - 1]]


def _said(tree: Node) -> str:
    return "\n".join(node["text"] for node in _nodes(tree) if node["type"] == "text")


def test_in_clouds_tree_no_text_becomes_a_node() -> None:
    check_renderer(adf, active=_structure, shown=_said)


@pytest.mark.parametrize("words", HOSTILE)
def test_cloud_takes_every_tree(words: str) -> None:
    assert not faults_of(adf(everywhere(words)))


_ESCAPED = re.compile(r"\\[-#*_+?^~|%{}\[\]()!@]")
_BREAK = re.compile(r" \\\\ ")
_ACTS = re.compile(
    r"(?im)^\s*(?:h[1-6]|bq)\.|[*_+?^~|%{}\[\]()!@\\]|(?<!&)#(?!\d)|^[-#*]|--|\w+://\S*|[:;]-?[()DPp]|^.*<"
)


def _markup(rendered: str) -> Sequence[str]:
    """What Jira's renderer would act on, once escapes are set aside and character references stand for nothing."""
    bare = _BREAK.sub(" ", _ESCAPED.sub("", rendered))
    return _ACTS.findall(re.sub(r"&(?:#\d+|\w+);", "", bare))


def _read(rendered: str) -> str:
    bare = _ESCAPED.sub(lambda found: found.group()[1:], _BREAK.sub("\n", rendered))
    return html.unescape(bare)


def test_in_data_centers_text_no_words_become_markup() -> None:
    check_renderer(wiki, active=_markup, shown=_read)


def _escapes_nothing(document: Document) -> str:
    return html.unescape(_ESCAPED.sub(lambda found: found.group()[1:], wiki(document)))


def _forgets_colons(document: Document) -> str:
    return wiki(document).replace("&#58;", ":")


@pytest.mark.parametrize("broken", [_escapes_nothing, _forgets_colons])
def test_the_suite_notices_text_that_acts(broken: Any) -> None:
    with pytest.raises((AssertionError, ExceptionGroup)):
        check_renderer(broken, active=_markup, shown=_read)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("C:\\temp\\*", "C&#58;&#92;temp&#92;\\*"),
        ("h1. Close\nbq. all", r"h1&#46; Close \\ bq&#46; all"),
        ("[~admin] {color:red}", r"\[\~admin\] \{color&#58;red\}"),
        ("&nbsp; :)", r"&amp;nbsp&#59; &#58;\)"),
    ],
)
def test_words_are_written_as_jira_shows_them(words: str, written: str) -> None:
    assert wiki(Document(blocks=(paragraph(words),))) == written


def test_an_address_stays_within_its_link() -> None:
    link = Link(text="record", url="https://muster.example.org/a]b[c")
    assert wiki(Document(blocks=(paragraph(link),))) == "[record|https://muster.example.org/a%5Db%5Bc]"


@pytest.mark.parametrize("cloud", [True, False])
@pytest.mark.parametrize("words", [*HOSTILE, "x" * 40_000, "\\" * 40_000])
def test_any_words_fit(words: str, cloud: bool) -> None:  # noqa: FBT001 - two kinds of Jira
    document = Document(blocks=(Heading(text=words), paragraph(words)))
    rendered = text(document, cloud=cloud)
    assert len(rendered if isinstance(rendered, str) else json.dumps(rendered, ensure_ascii=False)) <= 32_767
    assert "\n" not in summary(document)
    assert len(summary(document)) <= 255
