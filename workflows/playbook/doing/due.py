"""Whatever is due, to its outcome: which kind is carried out by which file.

What is carried out may be begun again, by the next run or after a loss: so whatever it asks for has an id that follows
from the step's key, and is done once however often it is asked for.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.cacao.course import Course
    from playbooks.cacao.next_step import (
        ActionDue,
        DecisionDue,
        Due,
        Outcome,
        QuestionDue,
        SubPlaybookDue,
    )
    from workflows.playbook.doing.action import do_action
    from workflows.playbook.doing.question import do_decision, do_question
    from workflows.playbook.doing.unknown_playbook import do_unknown_playbook
    from workflows.playbook.run import Run


def is_told_at_its_beginning(due: Due) -> bool:
    """A step that does something has an entry when it begins; a question has its task's."""
    return isinstance(due, ActionDue | SubPlaybookDue)


def is_ours_to_do(due: Due, course: Course) -> bool:
    """Whether it is to be set to work now. A delay, a deadline and a playbook in a frame come out by themselves."""
    match due:
        case ActionDue():
            return due.key in course.begun
        case SubPlaybookDue():
            return due.key in course.begun and due.key not in course.frames
        case QuestionDue() | DecisionDue():
            return not course.is_paused
        case _:
            return False


async def outcome_of(run: Run, due: Due) -> Outcome:
    """Carry out what is ours to do. Cancelled when it is withdrawn, or when its time is up."""
    match due:
        case ActionDue():
            return await do_action(run, due)
        case SubPlaybookDue():
            return await do_unknown_playbook(run, due)
        case QuestionDue():
            return await do_question(run, due)
        case DecisionDue():
            return await do_decision(run, due)
        case _:
            raise TypeError(f"{type(due).__name__} comes out by itself")
