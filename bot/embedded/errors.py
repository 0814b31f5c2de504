"""What can go wrong on this machine, told in one sentence a person can act on."""

from playbooks.domain.errors import Unavailable


class EmbeddedServerError(Unavailable):
    """A server on this machine could not be started, reached or kept running."""

    code = "embedded_server"


class EndedWhileStarting(EmbeddedServerError):
    """It ended by itself before it served; another try may find things otherwise."""
