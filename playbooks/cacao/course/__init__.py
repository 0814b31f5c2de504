"""The course of a run: its playbook, and the playbooks that its steps run, moved on by what is recorded of them. Pure.

    contents = Contents(main=hash, playbooks={hash: playbook, ...}, carried={reference: hash})
    course = begin_course(contents, at)
    course = evolve_course(contents, course, move)      # for each `Move` of the record, in its order
    for due in ready_now(contents, course): ...         # everything in flight, keys unique in the whole run
    standings(contents, course)                         # every step: done, running, waiting, failed, ...

Where `next_step` interprets one playbook, a course is the tree of them. The same contents and the same moves give the
same course, in the workflow, on a page and after a loss of Temporal.
"""

from playbooks.cacao.course.carrying import KeptPlaybook, check_carried, reference, references
from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, Frame, content_of, split
from playbooks.cacao.course.dues import Moment, moment, ready_now
from playbooks.cacao.course.evolve import begin_course, evolve_course, fold_course, keys_in_flight
from playbooks.cacao.course.packing import PackedCourse, pack, unpack
from playbooks.cacao.course.standing import Standing, StepStanding, standings, steps_by_number
from playbooks.cacao.course.undoing import undo_course

__all__ = [
    "Contents",
    "Course",
    "Frame",
    "KeptPlaybook",
    "Moment",
    "PackedCourse",
    "Standing",
    "StepStanding",
    "begin_course",
    "check_carried",
    "content_of",
    "evolve_course",
    "fold_course",
    "keys_in_flight",
    "moment",
    "pack",
    "ready_now",
    "reference",
    "references",
    "split",
    "standings",
    "steps_by_number",
    "undo_course",
    "unpack",
]
