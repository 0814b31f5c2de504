"""How coarsely a report tells a number: in bands, so that no small number shows, and none by subtraction.

Statistical disclosure control: coarsening with a threshold for small numbers, and for how many incidents a share is
made of (docs/decisions/governance-bands.md).
"""

from bisect import bisect_right
from typing import Final

FEW: Final = 5
"""Fewer incidents than this are told as `fewer_than_5`, none among them, and carry no share."""
LEAST_BASE: Final = 10
"""A share of fewer than this is not told."""
TOO_FEW: Final = "too_few"

_COUNTS: Final = (
    (FEW, "fewer_than_5"),
    (10, "5_to_9"),
    (20, "10_to_19"),
    (50, "20_to_49"),
    (100, "50_to_99"),
)
_MANY: Final = "100_or_more"
_SHARES: Final = ("few_or_none", "some", "about_half", "most", "nearly_all")

BANDS: Final = (*(band for _below, band in _COUNTS), _MANY, *_SHARES, TOO_FEW)
"""Everything that a statement of a report may say."""


def count_band(count: int) -> str:
    """The band of a number."""
    at = bisect_right([below for below, _band in _COUNTS], count)
    return _COUNTS[at][1] if at < len(_COUNTS) else _MANY


def share_band(part: int, whole: int, incidents: int) -> str:
    """The fifth in which a share lies; `too_few` where it is of little, or of few incidents."""
    if whole < LEAST_BASE or incidents < FEW:
        return TOO_FEW
    return _SHARES[min(part * len(_SHARES) // whole, len(_SHARES) - 1)]
