"""No page says anything that is not in the catalogue: neither its templates, nor its scripts, nor its routes."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, nodes

from playbooks.texts import load_texts

WEB: Final = Path(__file__).parents[4] / "bot" / "web"
TEMPLATES: Final = sorted((WEB / "templates").rglob("*.html"))
TEXTS: Final = load_texts()
NAMES: Final = re.compile(
    r"Muster|TLP:[A-Z+]+|PDF|Markdown|CSV|JSON|SHA-256|ATT&CK|wfp-duty|[A-Z0-9]{4}(-[A-Z0-9]{4}){3}|99"
)
"""What is called so in every language: the project, formats, markings, and examples of codes."""
WORD: Final = re.compile(r"[^\W\d_]{2,}")
SAID: Final = ("aria-label", "title", "placeholder", "alt")
JINJA: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


class Words(HTMLParser):
    """The words of a template that stand in it letter by letter."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_code = False

    def handle_data(self, data: str) -> None:
        if not self._in_code and '="' not in data:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag == "code"
        self.found.extend(value or "" for name, value in attrs if name in SAID)


def _outside(template: str) -> list[str]:
    words = Words()
    words.feed(JINJA.sub(" ", template))
    return [said.strip() for said in words.found if WORD.search(NAMES.sub("", said))]


def _in_expressions(template: str) -> Iterator[str]:
    """Words that an expression prints: a constant, or one branch of a choice."""
    for output in Environment(autoescape=True).parse(template).find_all(nodes.Output):
        for node in output.nodes:
            for printed in _printed(node):
                if WORD.search(printed) and " " in printed.strip():
                    yield printed


def _printed(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const(value=str() as value):
            yield value
        case nodes.CondExpr():
            yield from _printed(node.expr1)
            if node.expr2:
                yield from _printed(node.expr2)
        case nodes.Or() | nodes.And():
            yield from _printed(node.left)
            yield from _printed(node.right)
        case nodes.Getitem() if isinstance(node.node, nodes.Dict):
            for pair in node.node.items:
                yield from _printed(pair.value)
        case _:
            pass


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    template = path.read_text("utf-8")
    assert _outside(template) == []
    assert [
        each for each in _in_expressions(template) if "class" not in each and not each[:1].isspace()
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_code_that_a_template_names_is_in_the_catalogue(path: Path) -> None:
    named = re.findall(r'say(?:_parts)?\("([^"]+)"[,)]', path.read_text("utf-8"))
    assert [code for code in named if code not in TEXTS] == []
    begun = re.findall(r'say(?:_parts)?\("([^"]+)" ~', path.read_text("utf-8"))
    assert [code for code in begun if not any(each.startswith(code) for each in TEXTS)] == []


def test_a_text_of_its_own_is_found() -> None:
    assert _outside('<p title="Hear">{{ x }} see <b>{% if y %}say{% endif %}</b></p>') == [
        "Hear",
        "see",
        "say",
    ]
    assert list(_in_expressions('{{ "so it is" if y else "as ever" }}')) == ["so it is", "as ever"]


@pytest.mark.parametrize("path", sorted((WEB / "static").glob("*.js")), ids=lambda path: path.name)
def test_a_script_says_nothing_of_its_own(path: Path) -> None:
    code = re.sub(r"//[^\n]*", "", path.read_text("utf-8"))
    assert re.findall(r'"([A-Z][a-z]+ [a-z][^"]*)"', code) == []


@pytest.mark.parametrize("path", sorted((WEB / "page").rglob("*.py")), ids=lambda path: path.name)
def test_what_makes_a_page_says_nothing_of_its_own(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    docstrings |= {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "description"
    }
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    said = [each for each in said if not each.startswith("/incident")]
    assert [each for each in said if len(WORD.findall(each)) >= 3 and " " in each.strip()] == []
