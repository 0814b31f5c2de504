"""A small playbook that is right in everything, to be changed in one place; and shorthand, read."""

import copy
import json
from collections.abc import Callable
from typing import Any

from playbooks.cacao.model import Playbook
from playbooks.cacao.reading import Reading, read

START = "start--0b0a6a1e-1b4e-4c5e-9d39-5f6ef60f3a01"
LOOK = "action--1c1b7b2f-2c5f-4d6f-8e4a-6a7fa71a4b02"
IF = "if-condition--2d2c8c3a-3d6a-4e7a-9f5b-7b8ab82b5c03"
BLOCK = "action--3e3d9d4b-4e7b-4f8b-8a6c-8c9bc93c6d04"
BLOCK_END = "end--4f4eae5c-5f8c-4a9c-9b7d-9dacda4d7e05"
END = "end--5a5fbf6d-6a9d-4bad-8c8e-aebdeb5e8f06"
GROUP = "group--6b6aca7e-7bae-4cbe-9d9f-bfcefc6f9a07"
FIREWALL = "http-api--7c7bdb8f-8cbf-4dcf-8eaa-cadfad7aab08"
LOGIN = "user-auth--8d8cec9a-9dca-4eda-9fbb-dbeabe8bbc09"

Document = dict[str, Any]

GOOD: Document = {
    "type": "playbook",
    "spec_version": "cacao-2.0",
    "id": "playbook--9e9dfdab-aedb-4feb-8acc-ecfbcf9ccd10",
    "name": "Block an address",
    "description": "Look an address up and block it if it is bad.",
    "playbook_types": ["mitigation"],
    "playbook_activities": ["restrict-access"],
    "created_by": "identity--af0efebc-bfec-4afc-9bdd-fdacda0dde11",
    "created": "2026-01-10T08:00:00.000Z",
    "modified": "2026-01-11T08:00:00.000Z",
    "playbook_variables": {
        "__address__": {"type": "ipv4-addr", "value": "198.51.100.7", "external": True},
        "__is_bad__": {"type": "bool"},
        "__limit__": {"type": "integer", "value": "5", "constant": True},
        "__password__": {"type": "string"},
    },
    "workflow_start": START,
    "workflow": {
        START: {"type": "start", "on_completion": LOOK},
        LOOK: {
            "type": "action",
            "name": "Look the address up",
            "commands": [{"type": "manual", "command": "Look up __address__:value"}],
            "agent": GROUP,
            "out_args": ["__is_bad__"],
            "on_completion": IF,
        },
        IF: {
            "type": "if-condition",
            "name": "Is it bad?",
            "condition": "__is_bad__:value = true",
            "on_true": BLOCK,
            "on_completion": END,
        },
        BLOCK: {
            "type": "action",
            "name": "Block the address",
            "commands": [
                {
                    "type": "http-api",
                    "command": "POST /block HTTP/1.1",
                    "headers": {"Content-Type": ["application/json"]},
                    "content": '{"address": "__address__:value"}',
                    "playbook_activity": "restrict-access",
                }
            ],
            "agent": FIREWALL,
            "on_completion": BLOCK_END,
        },
        BLOCK_END: {"type": "end"},
        END: {"type": "end"},
    },
    "agent_definitions": {
        GROUP: {"type": "group", "name": "analysts"},
        FIREWALL: {
            "type": "http-api",
            "name": "the firewall",
            "address": {"dname": ["firewall.example.org"]},
            "authentication_info": LOGIN,
        },
    },
    "authentication_info_definitions": {
        LOGIN: {"type": "user-auth", "username": "muster", "password": "__password__:value"}
    },
}

Change = Callable[[Document], object]


def changed(change: Change | None = None) -> Document:
    """The good document after a change in place."""
    document = copy.deepcopy(GOOD)
    if change is not None:
        change(document)
    return document


def reading(document: Document | str) -> Reading:
    """What reading a document, or the text of a shorthand file, says."""
    text = document if isinstance(document, str) else json.dumps(document)
    return read(text.encode())


def playbook(document: Document | str) -> Playbook:
    """A playbook that must not be refused."""
    answer = reading(document)
    assert answer.playbook is not None, "\n".join(map(str, answer.findings))
    return answer.playbook


HEAD = """\
playbook: A test
created: 2026-01-10T08:00:00.000Z
agents: {responder: group}
"""


def steps(text: str, *, variables: str = "") -> Playbook:
    """A playbook of these steps, in shorthand, all by the responder."""
    return playbook(f"{HEAD}{variables and f'variables: {variables}'}\nsteps:\n{text}")
