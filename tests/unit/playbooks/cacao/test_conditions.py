"""Conditions: the grammar, what they say, and what they leave to a person."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playbooks.cacao.conditions import NotACondition, Unknown, evaluate, parse_condition, variables_of
from playbooks.cacao.conditions.regular_expression import TooCostly, Unsupported, search
from playbooks.cacao.model import Variable

SCOPE = {
    "__n__": Variable(type="integer", value="10"),
    "__f__": Variable(type="float", value="2.5"),
    "__t__": Variable(type="bool", value="true"),
    "__s__": Variable(type="string", value="it's \\ here"),
    "__empty__": Variable(type="string", value=""),
    "__ip__": Variable(type="ipv4-addr", value="10.1.2.3"),
    "__ip6__": Variable(type="ipv6-addr", value="2001:db8::1"),
    "__h__": Variable(type="sha256-hash", value="ABCD"),
    "__d__": Variable(type="dictionary", value='{"a": [1, {"b": "x"}], "c": true}'),
    "__unset__": Variable(type="string"),
    "__broken__": Variable(type="integer", value="many"),
    "__ten__": Variable(type="string", value="10"),
    "__lines__": Variable(type="string", value="a\nz"),
}

TRUE = [
    "__n__:value = 10",
    "__n__:value == '10'",
    "__n__:value > 9",
    "__n__:value >= 10.0",
    "__n__:value <> 11",
    "__n__:value != 'many'",
    "__f__:value < 3",
    "__t__:value = true",
    "__t__:value = 'true'",
    "__t__:value != FALSE",
    r"__s__:value = 'it\'s \\ here'",
    "__s__:value LIKE 'it%'",
    "__s__:value like '__\\'s%'",
    "__empty__:value = ''",
    "__ip__:value ISSUBSET '10.0.0.0/8'",
    "NOT __ip__:value ISSUPERSET '10.1.2.3/24'",
    "__ip6__:value ISSUBSET '2001:db8::/32'",
    "__ip__:value NOT ISSUBSET '192.0.2.0/24'",
    "__n__:value IN (1, 10)",
    "__n__:value NOT IN ()",
    "__h__:value = 'abcd'",
    "__d__:value.a[0] = 1",
    "__d__:value.a[*].b = 'x'",
    "__d__:value.c = true",
    '__d__:value."a"[1]."b" LIKE \'_\'',
    "EXISTS __n__:value",
    "NOT EXISTS __unset__:value",
    "__lines__:value MATCHES '^a.z$'",
    "__s__:value MATCHES 'here'",
    "__n__:value = 1 OR __n__:value = 10 AND __t__:value = true",
    "(__n__:value = 1 OR __n__:value = 10) AND __f__:value = 2.5",
    "__n__:value = __n__:value",
    "__n__:value /* ten */ = 10 // is it?",
    "__unset__:value = 'x' OR __t__:value = true",
    "__ten__:value < '9'",
    "__n__:value > '9'",
]
FALSE = [
    "__n__:value = 'many'",
    "__n__:value > 10",
    "__t__:value = 1",
    "__s__:value LIKE 'IT%'",
    "__s__:value > 5",
    "__n__:value IN ()",
    "__d__:value.zzz = 1",
    "__d__:value.a[7] = 1",
    "__ip__:value ISSUBSET '2001:db8::/32'",
    "__ip__:value ISSUBSET 'nonsense'",
    "__unset__:value = 'x' AND __t__:value = false",
    "NOT (__t__:value = true)",
    "__n__:value = h'0a'",
    "__n__:value = t'2026-01-01T00:00:00Z'",
    "__s__:value MATCHES '^here'",
]
UNKNOWN = [
    "__unset__:value = 'x'",
    "__unset__:value != 'x'",
    "NOT __unset__:value = 'x'",
    "__broken__:value > 1",
    "__gone__:value = 1",
    "file:name = 'x'",
    "__unset__:value = 'x' AND __t__:value = true",
    "__s__:value.a = 1",
    r"__s__:value MATCHES '(a)\\1'",
    "__t__:value = true AND __unset__:value = 'x'",
]
OUTSIDE = [
    "",
    "yes",
    "__a__:value",
    "__a__ = 1",
    "__a__:value = yes maybe",
    "__should.execute.true__:value = yes",
    "$$verdict$$ == 'malicious'",
    "__a__:value = 'x",
    "[__a__:value = 1]",
    "__a__:value = 1 AND",
    "__a__:value LIKE 5",
    "__a__:value IN (1,)",
    "__a__:value === 1",
    '__a__:value = "x"',
    "((((__a__:value = 1)",
    "__a__:value = 1)",
    "(" * 100 + "__a__:value = 1" + ")" * 100,
    "NOT " * 100 + "__a__:value = 1",
]


@pytest.mark.parametrize("text", TRUE)
def test_it_is_true(text: str) -> None:
    assert evaluate(parse_condition(text), SCOPE) is True


@pytest.mark.parametrize("text", FALSE)
def test_it_is_false(text: str) -> None:
    assert evaluate(parse_condition(text), SCOPE) is False


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_nobody_knows_is_neither(text: str) -> None:
    with pytest.raises(Unknown):
        evaluate(parse_condition(text), SCOPE)


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_outside_the_grammar_says_where(text: str) -> None:
    with pytest.raises(NotACondition) as refusal:
        parse_condition(text)
    assert 0 <= refusal.value.position <= len(text)


def test_the_variables_of_a_condition_are_known() -> None:
    condition = parse_condition(
        "__a__:value = 1 OR NOT (__b__:value IN ('x', __c__:value)) OR EXISTS __d__:value"
    )
    assert list(variables_of(condition)) == ["__a__", "__b__", "__c__", "__d__"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="__a:value=<>!'\"()[].,*ANDORNOTLIKE 0123tbh/\\+-\n", max_size=60))
def test_any_text_is_a_condition_or_not(text: str) -> None:
    with suppress(NotACondition, Unknown):
        evaluate(parse_condition(text), SCOPE)


letters = st.text(alphabet="abc\n", max_size=12)
patterns = st.recursive(
    st.sampled_from(
        ["a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", r"\w", r"\s", r"\S", "", "^", "$", r"\b", r"\A", r"\B"]
    ),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("(?:{})*".format, inner),
        st.builds("(?:{})+".format, inner),
        st.builds("(?:{})?".format, inner),
        st.builds("(?:{})*?".format, inner),
        st.builds("(?:{}){{1,2}}".format, inner),
        st.builds("(?:{}){{2}}".format, inner),
        st.builds("(?:{}){{1,}}".format, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(patterns, letters)
def test_a_pattern_matches_what_it_matches_elsewhere(pattern: str, text: str) -> None:
    # In re, `\A` and friends inside repetitions of the empty text are tried once only; ours follows all ways.
    assume(not re.search(r"[\^$]|\\[AbB]", pattern) or not re.search(r"[*+?{]", pattern))
    assume(text or r"\B" not in pattern)  # in re, unlike PCRE, \B does not hold in the empty text
    assert search(pattern, text) == (re.search(pattern, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    "pattern", ["(a*)*b", "(a+)+$", "(a|a)*b", "(.*a){12}", "a*a*a*a*a*b", "(a?){30}a{30}"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    began = time.process_time()
    search(pattern, "a" * 2_000 + "c")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        "(?=a)",
        "(?P<x>a)",
        "(",
        ")",
        "[",
        "a**",
        "*",
        "a{2,1}",
        "a{99999}",
        "((a{99}){99}){99}",
        "(" * 60,
        "\\",
        "[b-a]",
        "a{",
    ],
)
def test_what_cannot_be_bounded_is_not_tried(pattern: str) -> None:
    with pytest.raises(Unsupported):
        search(pattern, "a")


def test_a_value_too_long_for_a_pattern_is_not_tried() -> None:
    with pytest.raises(TooCostly):
        search("a{500}", "a" * 100_000)


@pytest.mark.parametrize(
    ("pattern", "text"), [("(?i)ABC", "xabcx"), (r"\x41", "A"), (r"[\d.]+", "1.2"), (r"a\.b", "a.b")]
)
def test_flags_and_escapes_are_read(pattern: str, text: str) -> None:
    assert search(pattern, text)
