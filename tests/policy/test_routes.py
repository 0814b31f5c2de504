"""No route without a row in the policy table, and no row without a route."""

from tests.policy.routes import ROUTES, routes_of_the_code


def test_every_route_has_a_row_in_the_policy_table() -> None:
    missing = sorted(routes_of_the_code() - set(ROUTES))
    assert not missing, f"say whom they are for and what they show, in tests/policy/routes.py: {missing}"


def test_every_row_is_of_a_route() -> None:
    assert not set(ROUTES) - routes_of_the_code()
