"""Shorthand as YAML text, laid out for reading: long texts as paragraphs, one property a line."""

import io

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from playbooks.cacao.shorthand.entries import Object

_WIDTH = 112


def to_yaml(short: Object) -> str:
    """The text of a shorthand file; reading it gives `short` back."""
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    stream = io.StringIO()
    yaml.dump(_laid_out(short), stream)
    return stream.getvalue()


def _laid_out(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _laid_out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_laid_out(item) for item in value]
    if isinstance(value, str) and _is_paragraph(value):
        paragraph: str = LiteralScalarString(value)
        return paragraph
    return value


def _is_paragraph(text: str) -> bool:
    """Several lines that YAML can hold as they are, without escapes."""
    lines = text.split("\n")
    is_plain = all(line.isprintable() and line == line.rstrip() for line in lines) and "\ufeff" not in text
    return len(lines) > 1 and is_plain and not text[0].isspace()
