"""Variables by their plain names: `backups_intact` is `__backups_intact__`."""

from collections.abc import Container

from pydantic import JsonValue

from playbooks.cacao.conditions import NotACondition, parse_condition
from playbooks.cacao.conditions.tokens import Token, TokenKind, tokens_of
from playbooks.cacao.values import as_text

_VERBATIM = "="
"""Before a name that stands exactly so in CACAO, which only documents from elsewhere need."""


def full_name(name: str) -> str:
    """The name with its underscores."""
    if name.startswith(_VERBATIM):
        return name[1:]
    if name.startswith("__") and name.endswith("__") and len(name) > 4:
        return name
    return f"__{name}__"


def plain_name(name: str) -> str:
    """The name without its underscores, in a form that `full_name` takes back to it."""
    short = name[2:-2] if name.startswith("__") and name.endswith("__") and len(name) > 4 else name
    return short if full_name(short) == name else _VERBATIM + name


def expand_names(names: JsonValue) -> JsonValue:
    """One name or a list of them, as the list CACAO wants."""
    if isinstance(names, str):
        return [full_name(names)]
    if isinstance(names, list):
        return [full_name(name) if isinstance(name, str) else name for name in names]
    return names


def shorten_names(names: JsonValue) -> JsonValue:
    """A list of names; one alone stands without the list."""
    if not isinstance(names, list):
        return names
    short: list[JsonValue] = [plain_name(name) if isinstance(name, str) else name for name in names]
    return short[0] if len(short) == 1 else short


def expand_variables(variables: JsonValue) -> JsonValue:
    """Name to type, or name to the properties of a variable; plain numbers and booleans become text (§10.18.3)."""
    if not isinstance(variables, dict):
        return variables
    return {full_name(name): _expanded(variable) for name, variable in variables.items()}


def _expanded(variable: JsonValue) -> JsonValue:
    if isinstance(variable, str):
        return {"type": variable}
    if isinstance(variable, dict) and isinstance(variable.get("value"), (bool, int, float)):
        return {**variable, "value": as_text(variable["value"])}
    return variable


def shorten_variables(variables: JsonValue) -> JsonValue:
    """The other way."""
    if not isinstance(variables, dict):
        return variables
    return {plain_name(name): _shortened(variable) for name, variable in variables.items()}


def _shortened(variable: JsonValue) -> JsonValue:
    if not isinstance(variable, dict):
        return variable
    if list(variable) == ["type"] and isinstance(variable["type"], str):
        return variable["type"]
    if variable.get("type") == "bool" and variable.get("value") in ("true", "false"):
        return {**variable, "value": variable["value"] == "true"}
    return variable


def expand_condition(text: str, declared: Container[str]) -> str:
    """`backups_intact = true` to `__backups_intact__:value = true`, where that makes a condition; else as it is."""
    try:
        tokens = tokens_of(text)
        expanded = _replaced(text, tokens, declared)
        parse_condition(expanded)
    except NotACondition:
        return text
    return expanded


def _replaced(text: str, tokens: list[Token], declared: Container[str]) -> str:
    parts, end = [], 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1].text if index else ""
        is_alone = token.kind is TokenKind.NAME and before not in (":", ".") and tokens[index + 1].text != ":"
        if is_alone and f"__{token.text}__" in declared:
            parts += [text[end : token.position], f"__{token.text}__:value"]
            end = token.position + len(token.text)
    return "".join([*parts, text[end:]])


def shorten_condition(text: str, declared: Container[str]) -> str:
    """The other way, if the way back leads to the very same text."""
    try:
        tokens = tokens_of(text)
    except NotACondition:
        return text
    parts, end = [], 0
    for first, colon, word in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_variable = first.kind is TokenKind.NAME and colon.text == ":" and word.text == "value"
        adjacent = word.position == first.position + len(first.text) + 1
        if is_variable and adjacent and first.text in declared:
            parts += [text[end : first.position], first.text[2:-2]]
            end = word.position + len(word.text)
    short = "".join([*parts, text[end:]])
    return short if expand_condition(short, declared) == text else text


def expand_switch(text: str, declared: Container[str]) -> str:
    """`kind` to `__kind__:value` if there is such a variable."""
    return f"__{text}__:value" if f"__{text}__" in declared else text


def shorten_switch(text: str, declared: Container[str]) -> str:
    """The other way."""
    short = text.removesuffix(":value")[2:-2]
    return short if expand_switch(short, declared) == text else text
