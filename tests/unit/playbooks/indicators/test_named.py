"""Indicators that were given on are read by whoever was given them, as bounded as they were."""

from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.domain.release import show
from playbooks.indicators.named import named_in
from tests.casts import declared, reader


def test_what_was_given_keeps_its_pap_and_stays_whose_it_is() -> None:
    here = declared(joined=("WFP", "UNICC"))
    here.do(
        "unhcr-duty",
        "share",
        to=["UNICC"],
        entry="e-1",
        number=7,
        entry_organization="WFP",
        entry_audience=["WFP", "UNHCR"],
        entry_marking="TLP:AMBER",
        entry_pap="PAP:RED",
    )
    (shared,) = here.judged(here.agreed())
    given = shared.model_copy(update={"texts": {"shared": "domain evil.example"}})
    assert given.kind == Kind.MATERIAL_SHARE
    (found,) = named_in([show(given, reader("unicc-duty", here.case))])
    assert (found.indicator.value, found.marking, found.pap) == ("evil.example", Marking.AMBER, Pap.RED)
    assert found.organization == "WFP"
