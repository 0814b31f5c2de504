"""Every language says what English says: the same codes, placeholders, commands and markings, and nothing left over."""

import re
from collections import Counter
from importlib.resources import files
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from playbooks.domain.tongue import SOURCE, Tongue, speaking
from playbooks.texts import languages, load_texts

TEXTS: Final = load_texts()
TRANSLATED: Final = tuple(language for language in languages() if language != SOURCE)
PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
KEPT: Final = re.compile(
    r"`[^`]*`|TLP:[A-Z+]+|https?://\S*|\b(?:INC|WFP|[CDEGHKRVX])-[0-9a-zA-Z-]+|[a-z]+=|A/77/88|SHA-256"
)
"""What is the same in every language: what stands in backquotes, markings, keys, names of options, documents."""
SAME: Final = {
    "fr": frozenset(
        {"label.phase", "list.heading.all", "function.communication", "function.coordination", "thing.ticket"}
        | {"cli.word.arguments", "cli.word.options", "class.intrusions", "counts.abstain"}
        | {"figures.noise.row", "measure.incidents", "topic.intrusions"}
        | {
            "purpose.vote",
            "show.version",
            "option.abstain",
            "source_of_cost.unicc",
            "cost.column.incident",
            "page.incidents",
        }
        | {
            "page.found.all",
            "page.phase",
            "page.group.incident",
            "page.group_of.notes",
            "page.group_of.questions",
        }
        | {"paper.word.page", "paper.word.questions", "paper.phase"}
        | {"directory.column.code", "vendor.health.pagerduty", "vendor.health.slack"}
        | {"page.review.version", "page.review.versions", "page.review.actions", "page.review.ticket"}
    ),
    "es": frozenset(
        {
            "class.vulnerable",
            "answer.false",
            "answers.false",
            "field.size",
            "evidence.piece.with.size",
            "page.evidence.bytes",
            "source_of_cost.unicc",
            "tell.incident:evidence:receive.with.size",
            "vendor.health.slack",
            "duty.ciso",
        }
        | {"tell.incident:evidence:receive.named.with.size"}
    ),
}
"""Texts that are the same, since the languages share the word; add one only after a look into a dictionary."""

SYNTAX: Final = {
    "fr": frozenset(
        {
            "CODE",
            "INCIDENT",
            "SERVICE",
            "NOTE",
            "COLLECTION",
            "PHASE",
            "QUESTION",
            "OPTION",
            "SOURCE",
            "ACTION",
        }
        | {"VARIABLE", "VERSION"}
    ),
    "es": frozenset({"BYTES", "VARIABLE"}),
}
"""What stands for a value in a syntax and is the same word."""
ELSEWHERE: Final = {
    "fr": {
        r"playbook(?![_-])": "guide",
        r"permanence": "astreinte",
        r"services? communs?": "service partagé",
        r"opérateur": "exploitant",
        r"(?<!en )revue": "bilan",
        r"conservation légale": "obligation de conservation",
        r"suppléant": "adjoint",
        r"salon": "salle",
        r"écritures?(?! dans )": "entrée",
        r"code de récupération": "code de secours",
        r"couper (?:les systèmes|la machine)": "déconnecter, isoler: “couper” is heard as switching off",
    },
    "es": {
        r"playbook(?![_-])": "guía de respuesta",
        r"(?:una|ninguna|otra|esta) orden|órdenes": "comando",
        r"oficial(?:es)? de guardia|buscapersonas|turno de guardia": "persona, sistema de avisos, cuadro de guardias",
        r"servicios? com[uú]n(?:es)?": "servicio compartido",
        r"prestador": "proveedor",
        r"tickets?": "tique",
        r"líder|organización que dirige": "organización principal",
        r"rol(?:es)?": "función",
        r"revisi(?:ón|ones)": "examen",
        r"retención legal": "obligación de conservación",
        r"suplente": "adjunto",
        r"llaves? de acceso": "clave de acceso",
        r"quorum": "quórum",
    },
}
"""Words of a language that mean what another one is said for here: one thing has one word."""
AS_THEY_ARE: Final = {
    "fr": frozenset({"finding.type", "detail.no_pager_user"}),
    "es": frozenset(
        {
            "finding.type",
            "says.a-page-shows-what-we-never-wrote-or-a-file-on-a-web-server-lets-a-stranger-give",
        }
    ),
}
"""Texts in which such a word is meant: a type of the standard, the right to write, orders of a stranger."""
QUOTES: Final = {"fr": r"[“”]|\w'\w", "es": r"[«»]|\w'\w"}
"""Marks that a language does not use: French quotes with « », Spanish with “ ” as its United Nations documents do."""


def _catalogue(language: str) -> dict[str, tuple[str, ...]]:
    return {_code(m.id): _forms(m.string) for m in _read(language) if m.id}


def _read(language: str) -> Catalog:
    with (files("playbooks.texts") / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def _code(id: str | list[str] | tuple[str, ...]) -> str:
    return id if isinstance(id, str) else id[0]


def _forms(said: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


ENGLISH: Final = _catalogue(SOURCE)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_missing_from_a_language_that_ships(language: str) -> None:
    there = _catalogue(language)
    missing = [
        f"{code}: {' | '.join(said)}" for code, said in ENGLISH.items() if not all(there.get(code, ("",)))
    ]
    assert not missing, f"playbooks/texts/{language}.po lacks {len(missing)}:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_nothing_that_english_has_no_more(language: str) -> None:
    assert [code for code in _catalogue(language) if code not in ENGLISH] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_has_the_same_placeholders_in_every_language(language: str) -> None:
    wrong = [
        (code, form)
        for code, forms in _catalogue(language).items()
        for form in forms
        if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(ENGLISH.get(code, (form,))[-1]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_commands_markings_keys_and_options_are_the_same_in_every_language(language: str) -> None:
    wrong = {
        code: (missing, added)
        for code, forms in _catalogue(language).items()
        for form in forms
        if (kept := _kept(code, ENGLISH.get(code, (form,))[-1])) != (here := _kept(code, form))
        for missing, added in [(list(kept - here), list(here - kept))]
    }
    assert wrong == {}


def _kept(code: str, text: str) -> Counter[str]:
    """In a syntax what an option takes is a word, which is translated; its name stays."""
    return Counter(KEPT.findall(text if not code.endswith(".usage") else re.sub(r"=[A-Z]\w*", "=", text)))


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language: str) -> None:
    """The syntax of a command and its example may be the same: some hold no words but the command's own."""
    same = [
        code
        for code, forms in _catalogue(language).items()
        if forms == ENGLISH.get(code) and _words(forms[0]) and not code.endswith((".usage", ".example"))
    ]
    assert [code for code in same if code not in SAME.get(language, frozenset())] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_an_example_is_told_in_the_language_of_whoever_reads_it(language: str) -> None:
    """What somebody would write is translated; keys, codes and the command's own words are not."""
    said = {code: forms[0] for code, forms in _catalogue(language).items() if code.endswith(".example")}
    sentence = re.compile(r" [A-Z][a-z]+ [a-z]+ ")
    assert [code for code, text in said.items() if text == ENGLISH[code][0] and sentence.search(text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_stands_for_a_value_in_a_syntax_is_a_word_of_the_language(language: str) -> None:
    capitals = re.compile(r"(?<![=:+])\b[A-Z]{3,}\b")
    left = {
        code: same
        for code, forms in _catalogue(language).items()
        if code.endswith(".usage")
        and (
            same := set(capitals.findall(forms[0]))
            & set(capitals.findall(ENGLISH[code][0])) - SYNTAX[language]
        )
    }
    assert left == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_one_thing_has_one_word_in_a_language(language: str) -> None:
    found = [
        (code, word, instead)
        for code, forms in _catalogue(language).items()
        if not code.endswith((".usage", ".example")) and code not in AS_THEY_ARE[language]
        for word, instead in ELSEWHERE[language].items()
        if any(
            re.search(rf"\b(?:{word})\b", PLACEHOLDER.sub("", KEPT.sub("", form)), re.IGNORECASE)
            for form in forms
        )
    ]
    assert found == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_one_kind_of_quotation_mark_and_of_apostrophe(language: str) -> None:
    found = [
        code
        for code, forms in _catalogue(language).items()
        if not code.endswith(".example")
        and any(re.search(QUOTES[language], KEPT.sub("", form)) for form in forms)
    ]
    assert found == []


def test_a_question_is_opened_in_spanish_where_it_is_closed() -> None:
    said = {code: KEPT.sub("", " ".join(forms)) for code, forms in _catalogue("es").items()}
    assert [code for code, text in said.items() if text.count("?") != text.count("¿")] == []


def test_no_line_ends_before_a_french_sign() -> None:
    """Translators type a plain space; the catalogue says one that does not break (`playbooks/texts/typesetting.py`)."""
    with speaking(Tongue(language="fr")):
        said = {code: TEXTS.say(code, **_filled(code)) for code in TEXTS}
    outside = {code: "".join(text.split("`")[::2]) for code, text in said.items()}
    assert [code for code, text in outside.items() if re.search(r" [:;?!%»](?!\w)|« ", text)] == []
    assert outside["owed.nothing"]


def _filled(code: str) -> dict[str, object]:
    return dict.fromkeys(TEXTS.placeholders(code), "x") | {"count": 2}


def _words(text: str) -> str:
    """What of a text is words."""
    return re.sub(r"[\W\d_]+", " ", KEPT.sub("", PLACEHOLDER.sub("", text))).strip()


@pytest.mark.parametrize("language", TRANSLATED)
def test_counted_texts_have_every_form_that_the_language_has(language: str) -> None:
    read = _read(language)
    assert read.num_plurals >= 2
    assert read.num_plurals == len(_forms(next(m.string for m in read if isinstance(m.id, tuple))))
    assert {len(_forms(m.string)) for m in read if isinstance(m.id, tuple)} == {read.num_plurals}


@pytest.mark.parametrize("language", languages())
def test_every_text_can_be_said_in_every_language(language: str) -> None:
    with speaking(Tongue(language=language)):
        for code in TEXTS:
            for count in (0, 1, 2, 5, 1_000_000):
                said = TEXTS.say(code, **dict.fromkeys(TEXTS.placeholders(code), "x") | {"count": count})
                assert said, code
                assert said == said.strip(), code
                assert not re.search(r"[{}]", said), code
                assert said.count("`") % 2 == 0, code
                assert TEXTS.parts(code, **dict.fromkeys(TEXTS.placeholders(code), "x") | {"count": count})


def test_none_is_one_in_french_and_many_in_spanish() -> None:
    with speaking(Tongue(language="fr")):
        assert TEXTS.say("list.heading", count=0) == "0 incident ouvert"
    with speaking(Tongue(language="es")):
        assert TEXTS.say("list.heading", count=0) == "0 incidentes abiertos"
