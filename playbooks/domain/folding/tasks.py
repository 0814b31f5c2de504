"""How each kind of entry changes an organization's tasks."""

from collections.abc import Callable

from playbooks.domain.entry import Entry
from playbooks.domain.folding.growing import Change, Folding
from playbooks.domain.ids import TaskId
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Task, TaskStatus


def evolve_tasks(tasks: dict[TaskId, Task], entry: Entry) -> dict[TaskId, Task]:
    """An organization's tasks after one more entry."""
    task = task_after(tasks, entry)
    return tasks if task is None else {**tasks, task.id: task}


def task_after(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
    """The one task that an entry changes; None where it changes none."""
    change = _TASKS.get(entry.kind)
    return None if change is None else change(tasks, entry)


def _task_added(_tasks: dict[TaskId, Task], entry: Entry) -> Task:
    data = entry.data
    requested = entry.kind == Kind.TASK_REQUEST
    return Task.model_validate(
        {
            **data,
            "id": data["task"],
            "entry": entry.id,
            "status": TaskStatus.REQUESTED if requested else TaskStatus.OPEN,
        }
    )


def _task_shown(tasks: dict[TaskId, Task], entry: Entry) -> Task:
    """To whoever works the part from now on, with what was said of it before; who had it keeps its words."""
    shown = Task.model_validate({**entry.data, "id": entry.data["task"], "entry": entry.id})
    known = tasks.get(shown.id)
    return shown if known is None else shown.model_copy(update={"entry": known.entry})


def _task_changed(**fixed: object) -> Callable[[dict[TaskId, Task], Entry], Task | None]:
    def change(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
        task = tasks.get(TaskId(entry.data["task"]))
        if task is None:
            return None
        said: dict[str, object] = {
            name: entry.data[name] for name in ("owner", "answer") if name in entry.data
        }
        return task.model_copy(update={**said, **fixed})

    return change


_finished = _task_changed(status=TaskStatus.DONE)


def _task_done(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
    task = _finished(tasks, entry)
    given = entry.data.get("given")
    return task.model_copy(update={"given": dict(given), "told_in": entry.id}) if task and given else task


_declined = _task_changed(status=TaskStatus.DECLINED)


def _task_declined(tasks: dict[TaskId, Task], entry: Entry) -> Task | None:
    task = _declined(tasks, entry)
    return task.model_copy(update={"told_in": entry.id}) if task else task


_TASKS: dict[str, Callable[[dict[TaskId, Task], Entry], Task | None]] = {
    Kind.TASK_ADD: _task_added,
    Kind.TASK_REQUEST: _task_added,
    Kind.TASK_SHOW: _task_shown,
    Kind.TASK_ACCEPT: _task_changed(status=TaskStatus.OPEN),
    Kind.TASK_DECLINE: _task_declined,
    Kind.TASK_ASSIGN: _task_changed(),
    Kind.TASK_DONE: _task_done,
    Kind.TASK_HAND_OVER: _task_changed(status=TaskStatus.HANDED_OVER),
    Kind.TASK_WITHDRAW: _task_changed(status=TaskStatus.WITHDRAWN),
    Kind.TASK_REMIND: _task_changed(reminded=True),
    Kind.TASK_ESCALATE: _task_changed(escalated=True),
}


def _case_task(case: Folding, entry: Entry) -> None:
    task = task_after(case.tasks, entry)
    if task is not None:
        case.tasks[task.id] = task


TASKS: dict[str, Change] = dict.fromkeys(_TASKS, _case_task)
