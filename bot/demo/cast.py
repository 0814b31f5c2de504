"""Who plays in the demo, and what they answer: people by function, of three organizations."""

from playbooks.domain.case import Consultation
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.task import Task, TaskStatus

LEAD = OrganizationCode("UNHCR")
PROVIDER = OrganizationCode("UNICC")
PARTNER = OrganizationCode("WFP")

COMMANDER = PersonId("unhcr-ciso")

_STANDS = {LEAD: "affected", PROVIDER: "affected", PARTNER: "not_affected"}


def first_acts() -> tuple[tuple[PersonId, str], ...]:
    """What is typed once the alert has declared the incident and the pager has rung."""
    return (
        (PersonId("unhcr-duty"), "role incident_commander @unhcr-ciso"),
        (COMMANDER, "aware"),
        (COMMANDER, "invite UNICC"),
        (COMMANDER, "invite WFP"),
        (PersonId("unicc-duty"), "join"),
        (PersonId("wfp-ciso"), "join"),
        (COMMANDER, "role operations_section_chief @unicc-responder"),
        (COMMANDER, "phase respond"),
        (
            PersonId("wfp-duty"),
            "note We see the same sender address in our mail gateway; nobody has opened it.",
        ),
    )


def last_acts() -> tuple[tuple[PersonId, str], ...]:
    """What is typed when the playbook has come to its end."""
    return (
        (COMMANDER, "phase recover"),
        (COMMANDER, "update Services are restored and watched; the lessons are written down."),
        (COMMANDER, "close"),
    )


def on_task(task: Task) -> tuple[PersonId, str]:
    """Who does what about an open task: accepts what is asked of her organization, and does it."""
    who = PersonId(f"{task.organization.casefold()}-responder")
    if task.status is TaskStatus.REQUESTED:
        return who, f"task accept {task.id}"
    answers = [f"answer={task.answers[0]}"] if task.answers else []
    answers += [f"{each.name}={each.choices[0]}" for each in task.asks if each.choices]
    return who, " ".join(("task done", task.id, *answers))


def on_consultation(consultation: Consultation) -> tuple[tuple[PersonId, str], ...]:
    """What each organization that was asked and has not answered says."""
    question = consultation.question
    answered = [answer.organization for answer in consultation.answers]
    return tuple(
        (PersonId(f"{code.casefold()}-ciso"), f"answer {question.id} {_option(question.purpose, code)}")
        for code in question.asked
        if code not in answered
    )


def _option(purpose: str, organization: OrganizationCode) -> str:
    return "approve" if purpose == "approval" else _STANDS.get(organization, "unknown")
