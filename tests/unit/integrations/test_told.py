"""What a vendor does not do is told in the language of whoever reads it; who answered, and how, is data."""

import pytest
from requests import ConnectTimeout

from integrations.http.failures import check_status
from integrations.jira.failures import refusal
from playbooks.domain.errors import Denied, Transient
from playbooks.domain.tongue import Tongue, speaking


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Jira of unhcr/tickets cannot be reached."),
        ("fr", "Jira de unhcr/tickets est injoignable."),
        ("es", "Jira de unhcr/tickets está inaccesible."),
    ],
)
def test_an_error_is_worded_when_it_is_read_and_not_when_it_happened(language: str, said: str) -> None:
    error = refusal("unhcr/tickets", ConnectTimeout(), reads=True)
    with speaking(Tongue(language=language)):
        assert (str(error), error.sentence) == (said, said)
    assert isinstance(error, Transient)


def test_what_can_be_typed_is_the_same_in_every_language() -> None:
    with pytest.raises(Denied) as refused:
        check_status("unhcr/http", 401, {})
    for language in ("en", "fr", "es"):
        with speaking(Tongue(language=language)):
            assert "(401)" in str(refused.value)
            assert "`muster doctor`" in str(refused.value)
