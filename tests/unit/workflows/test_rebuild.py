"""What an incident begins with that is started from its record."""

from typing import Any

from playbooks.actions.rooms import REF
from playbooks.domain.connection import connection_id
from playbooks.domain.fold import fold
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.rooms import CHAT
from tests.casts import declared
from workflows.rebuild import Account, incident_input


def test_what_is_owed_opens_a_room_before_it_speaks_in_it() -> None:
    scene = declared()
    scene.do("unhcr-duty", "update", texts={"text": "We look into it."})
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    scene.do("wfp-ciso", "join")
    scene.do("unhcr-duty", "update", texts={"text": "The relay is blocked."})
    begin = incident_input(Account(fold(scene.key, scene.entries), tuple(scene.entries), {}))
    opened: set[str] = set()
    for request in begin.undone:
        assert "room" not in request.args or str(request.args["room"]).removeprefix(REF) in opened
        opened |= {request.effect_id} if request.action == "room.open" else set()
    assert len(opened) == 2
    wfp = connection_id(OrganizationCode("WFP"), CHAT)
    spoken = [request.connection for request in begin.undone if request.action == "message.post"]
    invited = joined = 2  # that it is so, and how things stand then
    updated = 1
    assert spoken.count(wfp) == invited + joined + updated


def test_what_a_comparison_leads_to_is_owed_until_it_is_concluded() -> None:
    scene = declared()
    scene.do("unhcr-duty", "close")
    page = f"unhcr/pager/{scene.key}/page.trigger/severity-high"
    told: dict[str, Any] = {"effect": page, "thing": "page", "finding": "open_there", "ref": page}
    scene.do("timer of UNHCR", "compare", **told)
    begin = incident_input(Account(fold(scene.key, scene.entries), tuple(scene.entries), {}))
    assert [each.args for each in begin.undone if each.action == "page.resolve"] == [{"page": REF + page}]
