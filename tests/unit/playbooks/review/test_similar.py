"""Which past incidents are like this one, and that opening few titles loses none of them."""

from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.ids import IncidentKey
from playbooks.review.similar import Trait, likeliest, similar, traits


def trait_set(title: str, kind: str = "phishing", *parties: str) -> frozenset[Trait]:
    return traits(title=title, incident_class=kind, parties=parties, playbooks=())


titles = st.lists(st.sampled_from(("ransomware", "mail", "relay", "geneva", "payroll")), max_size=4).map(
    " ".join
)
known = st.tuples(
    st.sampled_from(("phishing", "other", "ddos")), st.sets(st.sampled_from(("WFP", "UNHCR", "FAO")))
)


@given(st.tuples(titles, known), st.lists(st.tuples(titles, known), max_size=30))
def test_whoever_opens_the_titles_of_the_likeliest_alone_finds_the_same(
    mine: tuple[str, tuple[str, set[str]]], others: list[tuple[str, tuple[str, set[str]]]]
) -> None:
    title, (kind, parties) = mine
    own = trait_set(title, kind, *parties)
    whole = {
        IncidentKey(f"INC-2026-{number:04}"): trait_set(said, its, *whose)
        for number, (said, (its, whose)) in enumerate(others)
    }
    without_titles = [
        (key, frozenset(each for each in theirs if each.kind != "word")) for key, theirs in whole.items()
    ]
    worth = likeliest(own, without_titles)
    assert similar(own, [(key, whole[key]) for key in worth]) == similar(own, whole.items())


def test_of_very_many_the_first_two_hundred_that_are_equally_likely_are_looked_at() -> None:
    mine = trait_set("Ransomware at the payroll", "malicious-code", "WFP")
    alike = [(IncidentKey(f"INC-2026-{n:06}"), trait_set("", "malicious-code", "WFP")) for n in range(1000)]
    unlike = [(IncidentKey("INC-2025-0001"), trait_set("", "ddos", *(f"O{n}" for n in range(30))))]
    assert likeliest(mine, [*unlike, *alike]) == tuple(key for key, _ in alike[:200])


def test_what_both_share_is_told() -> None:
    [found] = similar(
        trait_set("Ransomware in payroll", "malicious-code", "WFP"),
        [(IncidentKey("INC-2026-0001"), trait_set("Payroll encrypted", "malicious-code", "WFP"))],
    )
    assert found.shared == ("WFP", "malicious-code", "payroll")
