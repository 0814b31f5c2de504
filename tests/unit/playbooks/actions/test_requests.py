"""Every method that is sent is an action, and the check knows the same ones."""

from playbooks.actions.requests import action_of
from playbooks.cacao.model import Command
from playbooks.cacao.requests import METHODS


def test_a_method_is_sent_when_the_check_says_so() -> None:
    for method in (*METHODS, "TRACE", "CONNECT", "FETCH"):
        command = Command(type="http-api", command=f"{method} /x HTTP/1.1")
        assert (action_of(command) is not None) is (method in METHODS)
