"""Every kind of entry, `subject:object:action`: the vocabulary of the record. Kinds are added, never renamed."""

from enum import StrEnum


class Kind(StrEnum):
    """What an entry tells. The subject says whose state it changes when the record is folded."""

    COMMAND_REFUSE = "command:request:refuse"

    DECLARE = "incident:case:declare"
    SEVERITY_CHANGE = "incident:severity:change"
    PHASE_CHANGE = "incident:phase:change"
    ROLE_ASSIGN = "incident:role:assign"
    COMMAND_TRANSFER = "incident:command:transfer"
    NOTE_ADD = "incident:note:add"
    UPDATE_POST = "incident:update:post"
    UPDATE_REMIND = "incident:update:remind"
    PARTY_INVITE = "incident:party:invite"
    PARTY_JOIN = "incident:party:join"
    PARTY_LEAVE = "incident:party:leave"
    AWARENESS_DECLARE = "incident:awareness:declare"
    ALERTS_ATTACH = "incident:alerts:attach"
    RESTRICT = "incident:access:restrict"
    CLOSE = "incident:case:close"
    REOPEN = "incident:case:reopen"

    TASK_REQUEST = "part:task:request"
    TASK_ADD = "part:task:add"
    TASK_ACCEPT = "part:task:accept"
    TASK_DECLINE = "part:task:decline"
    TASK_ASSIGN = "part:task:assign"
    TASK_DONE = "part:task:done"
    TASK_HAND_OVER = "part:task:hand_over"
    TASK_REMIND = "part:task:remind"

    QUESTION_OPEN = "consultation:question:open"
    QUESTION_REMIND = "consultation:question:remind"
    ANSWER_GIVE = "consultation:answer:give"
    QUESTION_CLOSE = "consultation:question:close"

    RUN_START = "playbook:run:start"
    RUN_PAUSE = "playbook:run:pause"
    RUN_RESUME = "playbook:run:resume"
    RUN_ABORT = "playbook:run:abort"
    STEP_START = "playbook:step:start"
    STEP_WAIT = "playbook:step:wait"
    STEP_DECIDE = "playbook:step:decide"
    STEP_SKIP = "playbook:step:skip"
    STEP_RETRY = "playbook:step:retry"
    STEP_SETTLE = "playbook:step:settle"
    RUN_END = "playbook:run:end"

    EFFECT_INTEND = "effect:action:intend"
    EFFECT_CONCLUDE = "effect:action:conclude"

    ALERTS_RECEIVE = "intake:alerts:receive"
    ALERTS_GROUP = "intake:alerts:group"
    EXPORT_RELEASE = "record:bundle:release"
