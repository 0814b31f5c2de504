"""What is owed is said so that whoever reads it at night knows what is meant."""

from datetime import timedelta

from bot.commands.board import heard_of
from bot.commands.owed import question_line
from playbooks.domain.consultation import TERMS
from playbooks.domain.document import Document, paragraph, plain
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.tongue import Tongue, speaking
from playbooks.texts import load_texts
from tests.casts import Scene, declared
from tests.unit.playbooks.domain.judging.test_retainer import called


def line(here: Scene) -> str:
    """How the scene's question reads."""
    said = question_line(load_texts(), here.case, here.consultation())
    return plain(Document(blocks=(paragraph(*said),)))


def test_whoever_is_asked_for_hours_beyond_what_is_left_reads_how_many_and_for_whom() -> None:
    here = called()
    here.do("unhcr-duty", "retainer.hours", hours="12", organization="WFP", used={"WFP": "110"})
    assert "12 hours are to be written down, and 10 are left." in line(here)


def test_whoever_is_asked_to_be_introduced_reads_that_it_is_about_that() -> None:
    here = declared()
    here.do("timer of UNHCR", "introduce", match="M-1", alike="few")
    assert "another organization" in line(here).casefold()


def test_each_clause_of_a_question_has_what_it_says() -> None:
    texts, opened = load_texts(), f"tell.{Kind.QUESTION_OPEN}"
    named = {name: f"{opened}.with.{name}" for name in TERMS}
    for clause in (code for code in named.values() if code in texts):
        assert {*texts.placeholders(clause)} <= {*TERMS}


def test_what_a_playbook_asks_is_read_by_whoever_is_asked_in_her_language() -> None:
    here = declared()
    asked = "Do you see ransom notes, encrypted files, or sign-ins from the addresses we shared?"
    said = {"name": "Ask every organization how it stands", "text": asked}
    here.do("unhcr-duty", "ask", texts=said, purpose="status_call", asked=["UNHCR"], deadline_minutes=60)
    assert asked in line(here)
    with speaking(Tongue(language="fr")):
        assert "demandes de rançon" in line(here)
        assert "ransom" not in line(here)


def test_the_board_shows_what_counts_and_below_it_what_came_too_late() -> None:
    here = declared(joined=("WFP",))
    here.do("unhcr-duty", "ask", purpose="opt_in", asked=["WFP"], deadline_minutes=60)
    here.do("wfp-ciso", "answer", consultation="C-1", option="in")
    here.at += timedelta(minutes=61)
    here.do("wfp-ciso", "answer", consultation="C-1", option="out")
    said = [(each.option, each.late) for each in heard_of(here.consultation())[OrganizationCode("WFP")]]
    assert said == [("in", False), ("out", True)]
