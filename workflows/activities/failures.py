"""From errors of the domain to Temporal's: the class decides on a retry, the code is all that travels."""

from typing import Final

from temporalio.exceptions import ActivityError, ApplicationError, ApplicationErrorCategory

from playbooks.domain.errors import Conflict, IncidentError, Transient, Unavailable, Unknown

ELSEWHERE: Final = "elsewhere"
"""The type of the failure that says: another process speaks for this connection."""


def elsewhere(*, again: bool) -> ApplicationError:
    """Nothing was tried here; with `again` it is asked again where it was, else the workflow asks elsewhere."""
    return ApplicationError(
        ELSEWHERE, type=ELSEWHERE, non_retryable=not again, category=ApplicationErrorCategory.BENIGN
    )


def is_elsewhere(error: ActivityError) -> bool:
    """Whether an activity came to the wrong process."""
    return isinstance(error.cause, ApplicationError) and error.cause.type == ELSEWHERE


def as_failure(error: IncidentError) -> ApplicationError:
    """The failure of an activity: its type and message are the code, for a sentence may hold people's words.

    Raise it `from None`, since Temporal carries a failure's cause along.
    """
    return ApplicationError(
        error.code,
        type=error.code,
        non_retryable=not isinstance(error, Transient | Unknown | Unavailable),
        next_retry_delay=error.retry_after if isinstance(error, Transient) else None,
        category=_category(error),
    )


def _category(error: IncidentError) -> ApplicationErrorCategory:
    expected = isinstance(error, Transient | Conflict)
    return ApplicationErrorCategory.BENIGN if expected else ApplicationErrorCategory.UNSPECIFIED
