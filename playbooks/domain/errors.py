"""The tree of errors. Two questions only: may it be retried, and what do we tell the person?

    IncidentError            base; a stable code and a sentence that says what to do
      Refused                a rule or a permission said no            never retried
      Conflict               already done, or the wrong phase          never retried, expected
      NotFound               nothing by that name, for this reader     never retried
      Malformed              a message, alert or playbook is wrong     never retried
      Unavailable            a part of Muster itself is away           retried
      ProviderError          raised by adapters of the outside only
        Transient            retry; may carry `retry_after`
        Unknown              it may or may not have happened           the door decides
        Permanent            do not retry
        Denied               our credential is not allowed             page the operator

Nobody reads a message to decide what to do: the class and the code are the contract.
"""

from datetime import timedelta

from playbooks.domain.saying import Saying


class IncidentError(Exception):
    """Base of every error with a meaning in the domain.

    `code` is stable and machine-readable; what was wrong and what to do, a person is told by the catalogue, or by a
    sentence that whoever runs Muster reads in English.
    """

    code = "error"

    def __init__(self, wording: Saying | str, *, code: str | None = None, source: str = "") -> None:
        super().__init__(wording)
        self.wording = wording
        self.source = source
        if code is not None:
            self.code = code
        elif isinstance(wording, Saying) and wording.is_refusal:
            self.code = wording.rule

    @property
    def sentence(self) -> str:
        """In the language of whoever is spoken to."""
        return str(self.wording)


class Refused(IncidentError):
    """A rule or a permission said no. `code` names the rule, `source` the document and paragraph."""

    code = "refused"


class Conflict(IncidentError):
    """It is already so, or the incident is in another phase."""

    code = "conflict"


class NotFound(IncidentError):
    """Nothing by that name, or nothing that this reader may know of; the two are not told apart."""

    code = "not_found"


class Malformed(IncidentError):
    """What came in cannot be understood; the sentence says where and what would be right."""

    code = "malformed"


class Unavailable(IncidentError):
    """A part of Muster itself does not answer; what was asked is kept or must be asked again, as the sentence says."""

    code = "unavailable"


class BrokenOff(Unavailable):
    """It stopped answering while it was asked: whether it took what it was told is not known here."""


class ProviderError(IncidentError):
    """A vendor's answer, translated by its adapter."""

    code = "provider"


class Transient(ProviderError):
    """Nothing happened and a later try may succeed; `retry_after` is the vendor's own wish."""

    code = "provider_transient"

    def __init__(self, wording: Saying | str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(wording)
        self.retry_after = retry_after


class Unknown(ProviderError):
    """The request left us and no answer came: it may or may not have happened."""

    code = "provider_unknown"


class Permanent(ProviderError):
    """The vendor will never accept this request as it is; `about` names the fields or the states that it is about."""

    code = "provider_permanent"

    def __init__(self, wording: Saying | str, *, code: str | None = None, about: str = "") -> None:
        super().__init__(wording, code=code)
        self.about = about


class Denied(ProviderError):
    """The vendor refuses our credential."""

    code = "provider_denied"
