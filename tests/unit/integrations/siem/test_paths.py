import pytest

from integrations.siem.format import condition
from integrations.siem.paths import Item, Json, path, scalars


def find(text: str, body: dict[str, Json], *around: dict[str, Json]) -> list[Json]:
    return path(text).find(Item(body, around))


def test_a_member_is_found_nested_flattened_and_in_between() -> None:
    for body in (
        {"a": {"b": {"c": 1}}},
        {"a.b.c": 1},
        {"a.b": {"c": 1}},
        {"a": {"b.c": 1}},
        {"a": {"x": 0}, "a.b.c": 1},
    ):
        assert find("a.b.c", body) == [1]


def test_lists_on_the_way_are_walked_through_in_order() -> None:
    assert find("a.b", {"a": [{"b": 1}, {"c": 2}, {"b": [3, 4]}]}) == [1, 3, 4]


def test_only_elements_with_the_wanted_member_count_whatever_its_case() -> None:
    body = {"a": [{"type": "IP", "v": 1}, {"type": "host", "v": 2}, {"v": 3}, "x"]}
    assert find("a[type=ip|url].v", body) == [1]


def test_json_in_a_string_is_read_on_the_way() -> None:
    assert find("a.b", {"a": '{"b": [1, 2]}'}) == [1, 2]
    assert find("a[k=x].b", {"a": '[{"k": "x", "b": 1}]'}) == [1]
    assert find("a.b", {"a": "{broken"}) == []


def test_the_nearest_envelope_that_has_it_is_asked() -> None:
    assert find("^.a", {"a": 0}, {"b": 1}, {"a": 2}, {"a": 3}) == [2]


def test_nothing_is_found_where_nothing_is() -> None:
    assert find("a.b", {"a": None}) == []
    assert find("a", {"a": None}) == []
    assert find("a.b", {"a": 7}) == []


def test_lists_in_lists_end() -> None:
    deep: Json = []
    for _ in range(5_000):
        deep = [deep]
    assert find("a.b", {"a": deep}) == []


@pytest.mark.parametrize("text", ["", "a..b", "a[b.c", ".", "a[x]"])
def test_a_path_that_is_none_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match="is not a path"):
        path(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a", True),
        ("!a", False),
        ("b", False),
        ("!b", True),
        ("a = one|two", True),
        ("a = three", False),
        ("!a = three", True),
        ("a ~ WO", True),
        ("n = 8", True),
        ("yes = true", True),
        ("b = x", False),
        ("!b = x", True),
    ],
)
def test_conditions_say_there_equal_containing_and_not(text: str, holds: bool) -> None:  # noqa: FBT001  what is asked is a yes or no
    assert condition(text).holds(Item({"a": "Two", "n": 8.0, "yes": True})) is holds


def test_a_number_is_written_as_people_write_it() -> None:
    assert list(scalars([8.0, 8.5, 8, True, None, {"a": 1}, "x"])) == ["8", "8.5", "8", "true", "x"]


def test_a_condition_on_the_alert_itself_keeps_or_drops_what_stands_there() -> None:
    place = path("[kind=user|account].name")
    assert place.find(Item({"kind": "User", "name": "a"})) == ["a"]
    assert place.find(Item({"kind": "host", "name": "a"})) == []
    assert place.find(Item({"name": "a"})) == []
