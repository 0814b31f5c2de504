"""What the check finds: one change to a playbook that is right, one finding that says so."""

import pytest

from playbooks.cacao.finding import Severity, Verdict
from playbooks.domain.tongue import Tongue, speaking
from tests.unit.playbooks.cacao.changes import both, remove, step
from tests.unit.playbooks.cacao.refused import REFUSED
from tests.unit.playbooks.cacao.samples import (
    BLOCK,
    BLOCK_END,
    END,
    GOOD,
    HEAD,
    IF,
    Change,
    Document,
    changed,
    reading,
)
from tests.unit.playbooks.cacao.warned import WARNED


def test_a_playbook_that_is_right_is_ok() -> None:
    assert reading(GOOD).findings == ()
    assert reading(GOOD).verdict is Verdict.OK


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(change: Change, said: str) -> None:
    answer = reading(changed(change))
    refusals = [finding for finding in answer.findings if finding.severity is Severity.REFUSE]
    assert any(said in finding.problem for finding in refusals), "\n".join(map(str, answer.findings))
    assert answer.playbook is None
    assert answer.verdict is Verdict.REFUSED


@pytest.mark.parametrize(("change", "said"), WARNED.values(), ids=WARNED)
def test_it_is_taken_with_a_warning(change: Change, said: str) -> None:
    answer = reading(changed(change))
    assert answer.verdict is Verdict.WARNINGS, "\n".join(map(str, answer.findings))
    assert any(said in finding.problem + finding.remedy for finding in answer.findings)
    assert answer.playbook is not None


@pytest.mark.parametrize(("change", "said"), [*REFUSED.values(), *WARNED.values()], ids=[*REFUSED, *WARNED])
def test_every_finding_says_where_by_which_rule_and_what_to_do(change: Change, said: str) -> None:
    for finding in reading(changed(change)).findings:
        assert finding.where
        assert finding.rule.startswith(("CACAO 2.0 §", "Muster ", "RFC ", "TLP "))
        assert finding.problem.endswith(".")
        assert finding.remedy.endswith(".")
        assert "\n" not in str(finding)


@pytest.mark.parametrize(("change", "said"), [*REFUSED.values(), *WARNED.values()], ids=[*REFUSED, *WARNED])
@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_finding_is_told_in_the_language_of_whoever_reads_it(
    language: str, change: Change, said: str
) -> None:
    for finding in reading(changed(change)).findings:
        english = (finding.problem, finding.remedy)
        with speaking(Tongue(language=language)):
            told = (finding.problem, finding.remedy)
            assert told[0] != english[0] or finding.code == "extension_value", finding.code
            assert told[1] != english[1], finding.code


def test_a_shorthand_finding_names_line_and_step() -> None:
    text = f"{HEAD}steps:\n  - step: Look\n    task: Look at __this__:value\n    by: responder\n"
    (finding,) = reading(text).findings
    assert (finding.line, finding.step) == (6, "Look")


def test_a_body_of_a_while_may_lead_back_to_it() -> None:
    def change(document: Document) -> None:
        both(
            step(
                IF,
                to={
                    "type": "while-condition",
                    "condition": "__is_bad__:value = true",
                    "on_true": BLOCK,
                    "on_completion": END,
                },
            ),
            step(BLOCK, "on_completion", to=IF),
            remove("workflow", BLOCK_END),
        )(document)

    answer = reading(changed(change))
    assert answer.playbook is not None
    assert any("runs into" in finding.problem for finding in answer.findings)


def test_one_handler_may_serve_steps_in_many_branches() -> None:
    text = f"""{HEAD}steps:
  - step: Both
    parallel:
      - - {{step: A, task: a, by: responder, on_failure: Tell}}
      - - {{step: B, task: b, by: responder, on_failure: Tell}}
  - step: C
    task: c
    by: responder
    on_failure: Tell
  - end
  - {{step: Tell, task: tell somebody, by: responder}}
"""
    assert reading(text).verdict is Verdict.OK


def test_a_handler_in_a_branch_may_not_go_on_with_the_main_line() -> None:
    text = f"""{HEAD}steps:
  - step: Both
    parallel:
      - - {{step: A, task: a, by: responder, on_failure: Tell}}
      - - {{step: B, task: b, by: responder}}
  - step: C
    task: c
    by: responder
    on_failure: Tell
  - step: D
    task: d
    by: responder
  - end
  - {{step: Tell, task: tell somebody, by: responder, on_completion: D}}
"""
    assert any("more than once" in finding.problem for finding in reading(text).findings)


def test_only_its_own_body_may_lead_back_to_a_while() -> None:
    text = f"""{HEAD}variables: {{n: {{type: integer, value: 0}}}}
steps:
  - step: Again
    while: n < 2
    do:
      - step: Inside
        if: n = 1
        then: [{{step: A, task: a, by: responder, on_completion: Again}}]
"""
    assert any("in a circle" in finding.problem for finding in reading(text).findings)
