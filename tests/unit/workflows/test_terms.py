"""What a command of a machine is given before it is judged."""

from playbooks.domain.ids import OrganizationCode
from tests.casts import command, declared, directory
from workflows.terms import as_catalogued


def test_a_service_named_by_its_code_is_given_as_the_catalogue_states_it_with_the_standing_of_the_lead() -> (
    None
):
    state = declared().state
    asked = command("1", "service.request", "playbook of UNHCR", incident=state.key, service="soc")
    given = as_catalogued(asked, state, directory()).args
    assert (given["service"]["provider"], given["membership"]) == ("UNICC", "member")


def test_what_nobody_has_catalogued_or_is_catalogued_already_is_left_as_it_is() -> None:
    state = declared().state
    for service in ("no-such-service", {"code": "soc"}):
        asked = command("1", "service.request", "playbook of UNHCR", incident=state.key, service=service)
        assert as_catalogued(asked, state, directory()) == asked
    asked = command("1", "service.request", "playbook of UNHCR", incident=state.key, service="soc")
    stranger = state.model_copy(update={"lead": OrganizationCode("STRANGER")})
    assert as_catalogued(asked, stranger, directory()) == asked
