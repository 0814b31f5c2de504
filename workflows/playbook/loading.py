"""How a run comes to its playbooks and to where it stands: begun, carried on, or begun again from the record."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from playbooks.actions.approvals import ApprovalRule
    from playbooks.cacao.course import Contents, Course, PackedCourse, begin_course, unpack
    from playbooks.domain.told import given_along
    from workflows.activities.playbooks import LostRun, PlaybookActivities
    from workflows.activities.shelf import ToShelve, take_from_shelf
    from workflows.playbook.messages import RunInput

_WITHIN = timedelta(minutes=2)
"""For reading playbooks of ten thousand steps on a busy machine."""


async def load(input: RunInput) -> tuple[Contents, Course, ApprovalRule]:
    """The run's playbooks, how far it has come, and the rule of approvals that it keeps.

    Raises ActivityError or ApplicationError when a playbook cannot be read.
    """
    hashes = tuple(dict.fromkeys((input.content, *input.carried.values())))
    shelved = await workflow.execute_local_activity_method(
        PlaybookActivities.shelve_playbooks,
        ToShelve(contents=hashes, rule=input.rule),
        start_to_close_timeout=_WITHIN,
    )
    contents = Contents(main=input.content, playbooks=take_from_shelf(shelved), carried=input.carried)
    if input.course is not None:
        return contents, unpack(contents, input.course), shelved.rule
    if input.is_again:
        return contents, unpack(contents, await _recalled(input, shelved.rule)), shelved.rule
    return contents, begin_course(contents, input.started.at, given_along(input.started)), shelved.rule


async def _recalled(input: RunInput, rule: ApprovalRule) -> PackedCourse:
    lost = LostRun(
        incident=input.situation.key,
        run=input.run,
        content=input.content,
        carried=input.carried,
        rule=rule,
    )
    return await workflow.execute_local_activity_method(
        PlaybookActivities.recall_run, lost, start_to_close_timeout=_WITHIN
    )
