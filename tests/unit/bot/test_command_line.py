"""The command line: every command loads, and no command waits for what it does not need."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.app import COMMANDS, app, main
from playbooks.domain.tongue import Tongue, speaking
from playbooks.texts import load_texts

run = CliRunner()
Typed = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_listed_loads_and_explains_itself(name: str) -> None:
    answer = run.invoke(app, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert f"Usage: muster {name}" in answer.output


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Typed]:
    """What is said to whoever types this: the exit code, standard output and standard error."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "")  # and taken back afterwards, whatever `--language` puts there

    def say(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["muster", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(str(ended.value.code or 0)), said.out, said.err

    with speaking(Tongue()):
        yield say


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plabook"], "There is no command “plabook”. Did you mean playbook?"),
        (["record", "verfy"], "There is no command “verfy”. Did you mean verify?"),
        (["record", "verify", "--bundel", "x"], "There is no option --bundel. Did you mean --bundle?"),
        (["playbook", "show"], "Something is missing: source."),
        (["keys", "rotate"], "Something is missing: kind."),
        (["keys", "show", "all"], "There is more than this command takes: “all”."),
        (["record", "verify", "--bundle", "/none"], "--bundle: /none is not there."),
        (["keys", "rotate", "doors"], "“doors” is none of"),
        (["report", "cost", "--from", "yesterday"], "“yesterday” is no day; write it as 2026-11-22."),
        (["oncall", "export", "WFP", "--days", "0"], "--days is 1 at least."),
        (["oncall", "export", "WFP", "--days", "many"], "--days: what stands there does not fit."),
        (["--language", "tlh"], "--language: “tlh” is none of en, es, fr."),
        (["enrol", "wfp-duty", "--data"], "--data needs a value right after it."),
    ],
)
def test_what_is_mistyped_is_answered_in_a_sentence_with_the_way_to_help(
    typed: Typed, words: list[str], said: str
) -> None:
    code, _, answer = typed(*words)
    assert (code, answer.count("\n")) == (2, 1), answer
    assert said in answer
    assert "--help` says more." in answer


@pytest.mark.parametrize(
    ("language", "help", "wrong"),
    [
        ("fr", "Utilisation\N{NO-BREAK SPACE}: muster playbook", "pas de commande"),
        ("es", "Uso: muster playbook", "No hay ningún"),
    ],
)
def test_help_and_errors_are_in_the_language_asked_for_by_option_or_environment(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, language: str, help: str, wrong: str
) -> None:
    assert help in typed("--language", language, "playbook", "--help")[1]
    assert wrong in typed("--language", language, "plabook")[2]
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    assert help in typed("playbook", "--help")[1]
    assert "Usage: muster playbook" in typed("--language", "en", "playbook", "--help")[1]


def _every_command(command: Any, code: str) -> Iterator[tuple[Any, str]]:
    yield command, code
    for name, each in getattr(command, "commands", {}).items():
        yield from _every_command(each, f"{code}.{name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_parameter_has_its_words_in_the_catalogue_and_nowhere_else(name: str) -> None:
    texts = load_texts()
    for command, code in _every_command(COMMANDS[name].load(name), f"cli.{name}"):
        assert code in texts
        for parameter in command.params:
            assert getattr(parameter, "help", None) is None, f"{code} {parameter.name}"
            assert {f"{code}.{parameter.name}", f"cli.option.{parameter.name}"} & set(texts)


def test_checking_a_file_loads_no_vendors_library() -> None:
    said = (
        "import sys; from bot.cli.app import COMMANDS; COMMANDS['playbook'].load('playbook');"
        "print([name for name in ('nio', 'slack_bolt', 'jira', 'pagerduty') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_fault_of_ours_is_a_sentence_and_no_stack_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*, prog_name: str, standalone_mode: bool) -> None:
        raise LookupError("a fault")

    monkeypatch.setattr("bot.cli.app.app", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "LookupError" in said
    (traced,) = tmp_path.glob("muster-fault-*.txt")
    assert "a fault" in traced.read_text("utf-8")


def test_what_a_command_prints_is_in_the_language_asked_for_and_json_is_english(
    typed: Typed, tmp_path: Path
) -> None:
    bare = ("doctor", "--data", str(tmp_path))
    assert typed("--language", "es", *bare)[1].split()[:3] == ["instalación", "sin", "configurar"]
    (told,) = json.loads(typed("--language", "es", *bare, "--json")[1])
    assert (told["part"], told["health"]) == ("installation", "not configured")
    assert typed("--language", "fr", "record", "verify", "--data", str(tmp_path))[2].startswith(
        "Aucun Muster"
    )
