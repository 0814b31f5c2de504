"""Playbooks that run one another, for tests."""

OUTER = b"""
playbook: Outer
description: Hands a system to another playbook, and waits before it goes on.
types: [investigation]
created: 2026-11-22T08:00:00.000Z

variables:
  system: {type: string, value: mail}
  found: {type: bool, description: Was anything found?}

agents:
  lead organization: {organization: lead}

steps:
  - step: Look inside
    run: Inner
    uses: system
    answers: found

  - step: Was anything found?
    if: found = true
    then:
      - step: Wait
        task: Tell everybody.
        by: lead organization
        function: cyber
        delay: 1 second
    else:
      - step: Be glad
        task: Be glad.
        by: lead organization
        function: cyber
ids:
  playbook: playbook--5c5d9f5c-8f1c-4f0f-9c0a-0d1d3f6a1c01
  playbooks:
    Inner: playbook--5c5d9f5c-8f1c-4f0f-9c0a-0d1d3f6a1c02
"""

INNER = b"""
playbook: Inner
description: Looks at a system.
types: [investigation]
created: 2026-11-22T08:00:00.000Z

variables:
  system: {type: string, external: true}
  found: {type: bool, description: Was anything found?}

agents:
  lead organization: {organization: lead}

steps:
  - step: Look at the system
    task: Look at the system, inside.
    by: lead organization
    answers: found
    function: cyber
  - step: Write it down
    task: Write down what was found.
    by: lead organization
    function: cyber
ids:
  playbook: playbook--5c5d9f5c-8f1c-4f0f-9c0a-0d1d3f6a1c02
"""
