"""The views: each reader sees what was released to her, and what she may not know of is not there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, open_reading_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import integrate
from integrations.postgres.vault import Vault
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.casts import KEY, NOON, Scene, declared, reader
from tests.worlds import no_playbook

ViewsOf = Callable[..., Awaitable[RecordViews]]


@pytest_asyncio.fixture
async def views_of(pool: Pool, database: str, keys: SigningKeys, vault: Vault) -> AsyncIterator[ViewsOf]:
    """Records scenes, has them integrated, and gives the views over them."""
    async with open_reading_pool(database, vault=vault) as readers:

        async def views(*scenes: Scene) -> RecordViews:
            record = PostgresRecord(pool)
            for scene in scenes:
                await record.append(scene.entries)
            await integrate(pool, keys)
            return RecordViews(
                PostgresReading(readers),
                record,
                TriageBoard(lambda _: PostgresAlertGroups(pool)),
                lambda: NOON,
                no_playbook,
            )

        yield views


async def listed(views: RecordViews, who: str | None, *, open_only: bool = False) -> list[IncidentKey]:
    return [line.key for line in await views.incidents(reader(who), open_only=open_only)]


def another(number: int, who: str = "wfp-duty", **args: object) -> Scene:
    scene = Scene(key=IncidentKey(f"INC-2026-{number:04}"), at=NOON + timedelta(days=number))
    scene.do(who, "declare", texts={"title": f"Incident {number}"}, **{"severity": "low", **args})
    return scene


async def test_each_sees_the_incidents_of_her_organization_the_newest_first(views_of: ViewsOf) -> None:
    scenes = [
        another(number, who) for number, who in enumerate(("wfp-duty", "unhcr-duty", "wfp-ciso"), start=1)
    ]
    views = await views_of(*scenes)

    assert await listed(views, "wfp-legal") == ["INC-2026-0003", "INC-2026-0001"]
    assert await listed(views, "UNHCR") == ["INC-2026-0002"]
    assert await listed(views, "unicc-duty") == []
    assert await listed(views, None) == []


async def test_closed_ones_are_left_out_when_asked(views_of: ViewsOf) -> None:
    one, two = another(1), another(2)
    one.do("wfp-duty", "close")
    views = await views_of(one, two)

    assert await listed(views, "wfp-duty") == ["INC-2026-0002", "INC-2026-0001"]
    assert await listed(views, "wfp-duty", open_only=True) == ["INC-2026-0002"]


async def test_a_line_tells_the_incident_at_a_glance(views_of: ViewsOf) -> None:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "task.add", organization="UNHCR")
    scene.do("unhcr-duty", "ask", purpose="status_call", asked=["WFP"], deadline_minutes=5)

    (line,) = await (await views_of(scene)).incidents(reader("unhcr-duty"))

    assert (line.title, line.commander, line.waiting) == ("Ransomware on file servers", "unhcr-duty", 2)
    assert line.parties == ("UNHCR", "WFP")
    assert line.declared_at == scene.state.declared_at


async def test_what_waits_is_counted_as_the_reader_may_see_it(views_of: ViewsOf) -> None:
    """UNICC's tasks are UNICC's and the lead's."""
    scene = declared(joined=("WFP", "UNICC"))
    scene.do("unicc-duty", "task.add", organization="UNICC")

    assert [line.waiting for line in await (await views_of(scene)).incidents(reader("unhcr-duty"))] == [1]
    assert [line.waiting for line in await (await views_of(scene)).incidents(reader("wfp-duty"))] == [0]


async def test_one_incident_that_shows_nothing_to_a_reader_hides_no_other(views_of: ViewsOf) -> None:
    """RED is for the persons named: its own organization knows of it and reads nothing."""
    red, other = another(1, marking="TLP:RED"), another(2)
    views = await views_of(red, other)

    assert await listed(views, "wfp-duty") == ["INC-2026-0002", "INC-2026-0001"]
    assert await listed(views, "wfp-ciso") == ["INC-2026-0002"]
    with pytest.raises(NotFound):
        await views.case(reader("wfp-ciso"), red.key)


async def test_a_stranger_is_told_the_same_of_what_is_and_of_what_is_not(views_of: ViewsOf) -> None:
    views, nowhere = (await views_of(declared())), IncidentKey("INC-2026-0099")
    for read in (views.case, views.story):
        said = []
        for key in (KEY, nowhere):
            with pytest.raises(NotFound) as error:
                await read(reader("wfp-duty"), key)
            said.append(error.value.sentence.replace(key, ""))
        assert len(set(said)) == 1


async def test_who_is_invited_sees_the_invitation_alone(views_of: ViewsOf) -> None:
    scene = declared()
    scene.do("unhcr-duty", "note", texts={"note": "For the parties."})
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    views = await views_of(scene)

    case, story = await views.case(reader("wfp-duty"), KEY), await views.story(reader("wfp-duty"), KEY)

    assert [shown.slots["kind"] for shown in story] == [Kind.PARTY_INVITE]
    assert (case.title, case.texts) == ("", {})
    assert (case.state.lead, case.state.severity) == ("UNHCR", "high")


async def test_who_joins_sees_what_was_said_before(views_of: ViewsOf) -> None:
    scene = declared()
    scene.do("unhcr-duty", "note", texts={"note": "For the parties."})
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    scene.do("wfp-duty", "join")

    assert (await (await views_of(scene)).case(reader("wfp-legal"), KEY)) == scene.case


async def test_a_reader_cannot_say_herself_that_she_takes_part(views_of: ViewsOf) -> None:
    scene = declared()
    scene.do("unhcr-duty", "invite", organizations=["WFP"])
    pretending = reader("wfp-duty").model_copy(update={"party_to": (KEY,)})

    story = await (await views_of(scene)).story(pretending, KEY)

    assert [shown.slots["kind"] for shown in story] == [Kind.PARTY_INVITE]


async def test_of_a_restricted_incident_nobody_learns_but_the_named(views_of: ViewsOf) -> None:
    scene = declared(joined=("WFP",))
    scene.do("unhcr-duty", "restrict", named=["wfp-legal"])
    views = await views_of(scene)

    assert await listed(views, "wfp-legal") == [KEY]
    for nobody in ("unhcr-ciso", "wfp-duty", "UNHCR", "WFP", "unicc-duty", None):
        assert await listed(views, nobody) == []
        for read in (views.case, views.story):
            with pytest.raises(NotFound):
                await read(reader(nobody), KEY)


async def test_a_story_goes_on_after_a_position(views_of: ViewsOf) -> None:
    scene = declared(joined=("WFP",))
    views = await views_of(scene)
    whole = await views.story(reader("unhcr-duty"), KEY)

    assert [shown.position for shown in whole] == list(range(1, len(scene.entries) + 1))
    assert await views.story(reader("unhcr-duty"), KEY, after=2) == whole[2:]


async def test_a_ceiling_withholds_what_is_stricter(views_of: ViewsOf) -> None:
    views = await views_of(declared())

    with pytest.raises(NotFound):
        await views.case(reader("unhcr-duty", ceiling="TLP:GREEN"), KEY)
    assert await views.story(reader("unhcr-duty", ceiling="TLP:GREEN"), KEY) == []
