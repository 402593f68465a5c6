"""The steps of a delivery in the CRM's terms, a module each.

Each takes the checkpoint reached so far and returns the one it reached. A step an
earlier attempt of which may have had its effect unseen looks before it acts; what the
CRM gives no means to look at is sent again and marked as doubtful.
"""

from collections.abc import Callable, Mapping

from intake.deliver.attempt import Caller
from intake.deliver.steps import (
    comment,
    create,
    fields,
    find,
    repeat,
    responsible,
    stage,
    start,
    tags,
    task,
)
from intake.domain.delivery import Checkpoint, Step

STEPS: Mapping[Step, Callable[[Caller, Checkpoint], Checkpoint]] = {
    Step.REPEAT: repeat.look,
    Step.JOIN: repeat.join,
    Step.CREATE: create.create,
    Step.START: start.start,
    Step.RESPONSIBLE: responsible.responsible,
    Step.STAGE: stage.stage,
    Step.FIELDS: fields.fields,
    Step.TAGS: tags.tags,
    Step.COMMENT: comment.comment,
    Step.TASK: task.task,
    Step.FIND: find.find,
}
