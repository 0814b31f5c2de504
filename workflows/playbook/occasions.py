"""Occasions: what of a step something is for. Ids of tasks, effects and questions are made of them."""

_PART = ":"
"""Between the key of a step and what of it something is for; keys have no such sign."""


def part_of(key: str, what: object) -> str:
    """The occasion of one of the things that a step asks for."""
    return f"{key}{_PART}{what}"


def step_of(occasion: str) -> str:
    """The key of the step that an occasion belongs to."""
    return occasion.partition(_PART)[0]
