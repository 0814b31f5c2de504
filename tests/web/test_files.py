"""The timeline as a file: the same release as the page, marked above and below, recorded, and nothing in it acts."""

import csv
import json
import re
from io import StringIO

import pytest

from bot.web.files import FileFormat, TimelineFile
from bot.web.page.spreadsheet import COLUMNS, inert, spreadsheet
from bot.web.paper.sheet import sheet
from playbooks.domain.actor import ActorKind
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader
from playbooks.domain.tongue import Tongue, speaking
from tests.web.circle import NOW, Circle, FakeViews, a_web
from tests.web.conftest import Browser
from tests.worlds import HOSTILE, RANSOMWARE, Story, a_ransomware_incident

PAGE = f"/incidents/{RANSOMWARE}"
SECRET = "For us alone"
"""Words of a note that is UNHCR's own."""


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("form", ["md", "csv", "pdf"])
async def test_a_file_comes_as_one_under_the_incidents_name(browser: Browser, form: str) -> None:
    answer = await (await browser("unhcr-ciso")).get(f"{PAGE}.{form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{RANSOMWARE}.{form}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("form", ["md", "csv", "pdf"])
async def test_that_a_file_was_handed_out_is_recorded(browser: Browser, circle: Circle, form: str) -> None:
    await (await browser("wfp-duty")).get(f"{PAGE}.{form}")
    entry = circle.views.entries[RANSOMWARE][-1]
    assert entry.kind == Kind.EXPORT_RELEASE
    assert (entry.actor.id, entry.data["to"], entry.data["what"]) == ("wfp-duty", "WFP", f"timeline_{form}")
    assert re.fullmatch(r"[0-9a-f]{64}", entry.data["sha256"])


@pytest.mark.parametrize("form", ["md", "csv", "json", "pdf"])
async def test_who_takes_no_part_gets_no_file_and_leaves_no_entry(
    browser: Browser, circle: Circle, form: str
) -> None:
    before = len(circle.views.entries[RANSOMWARE])
    assert (await (await browser("oict-duty")).get(f"{PAGE}.{form}")).status_code == 404
    assert len(circle.views.entries[RANSOMWARE]) == before


@pytest.mark.parametrize("form", ["md", "csv", "json"])
async def test_a_file_holds_what_its_reader_may_have_and_no_more(browser: Browser, form: str) -> None:
    assert SECRET in (await (await browser("unhcr-ciso")).get(f"{PAGE}.{form}")).text
    assert SECRET not in (await (await browser("wfp-duty")).get(f"{PAGE}.{form}")).text


async def test_a_file_made_for_another_holds_what_both_may_have(browser: Browser, circle: Circle) -> None:
    unhcr = await browser("unhcr-ciso")
    for_wfp = await unhcr.get(f"{PAGE}.json?as=WFP")
    by_wfp = await (await browser("wfp-duty")).get(f"{PAGE}.json?as=WFP")
    handed_on, own = (_events(each.text) for each in (for_wfp, by_wfp))
    assert SECRET not in for_wfp.text
    assert handed_on < own
    assert {sentence for _, sentence in own - handed_on} == {
        "wfp-duty (WFP) gave a command that was refused: severity. Rule: not_entitled. Source: policy."
    }, "what is WFP's alone is not UNHCR's to hand on"
    assert SECRET not in (await (await browser("wfp-duty")).get(f"{PAGE}.md?as=@unhcr-ciso")).text
    entry = circle.views.entries[RANSOMWARE][-1]
    assert (entry.actor.id, entry.data["to"], entry.data["person"]) == ("wfp-duty", "UNHCR", "unhcr-ciso")


@pytest.mark.parametrize("form", ["md", "csv", "json", "pdf"])
async def test_nothing_is_made_for_who_may_know_nothing_of_the_incident(browser: Browser, form: str) -> None:
    unhcr = await browser("unhcr-ciso")
    for whom in ("FAO", "@oict-duty", "NOBODY"):
        assert (await unhcr.get(f"{PAGE}.{form}", params={"as": whom})).status_code == 404


@pytest.mark.parametrize("form", ["md", "csv", "json"])
async def test_under_the_chatham_house_rule_a_file_names_no_other_organization_and_nobody_of_it(
    browser: Browser, circle: Circle, form: str
) -> None:
    entries = circle.views.entries[RANSOMWARE]
    hers = " ".join(entry.model_dump_json() for entry in entries if entry.actor.organization == "WFP")
    people = [entry.actor for entry in entries if entry.actor.kind is ActorKind.PERSON]
    others = {actor.id for actor in people if actor.organization != "WFP"}
    answer = await (await browser("wfp-duty")).get(f"{PAGE}.{form}", params={"chatham_house": "true"})
    assert answer.status_code == 200
    unsaid = _without_words(answer.text, [text for entry in entries for text in entry.texts.values()])
    assert [who for who in others if who in unsaid and who not in hers] == []
    assert circle.views.entries[RANSOMWARE][-1].data.get("rule") == (
        None if form == "json" else "chatham_house"
    )


async def test_paper_under_the_chatham_house_rule_says_so_and_names_nobody(circle: Circle) -> None:
    reader = Reader(organization=OrganizationCode("WFP"), chatham_house=True)
    case, story = await circle.views.shared(reader, reader, RANSOMWARE)
    made = sheet(case, story, circle.parts.texts, reader, None, NOW)
    assert "WFP, under the Chatham House Rule" in made["words"]["footer"]
    assert made["title"]
    assert made["roles"] == []
    assert dict(made["facts"])["Commander"] == "somebody"
    assert "withheld" in made["summary"][0]


def _events(text: str) -> set[tuple[str, str]]:
    return {(each["id"], each["sentence"]) for each in json.loads(text)["events"]}


def _without_words(text: str, words: list[str]) -> str:
    """What people wrote stays as they wrote it, names too; nobody can withhold part of a sentence."""
    for each in sorted(words, key=len, reverse=True):
        text = text.replace(each, "")
    return text


async def test_the_spreadsheet_has_a_row_for_each_entry_and_its_marking(browser: Browser) -> None:
    client = await browser("unhcr-ciso")
    rows = rows_of((await client.get(f"{PAGE}.csv")).text)
    events = (await client.get(f"{PAGE}.json")).json()["events"]
    assert [row["id"] for row in rows] == [event["id"] for event in events][: len(rows)]
    assert all(row["marking"].startswith("TLP:") for row in rows)
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])  # noqa: RUF001  as in the rule
def test_a_cell_that_would_be_a_formula_is_text(sign: str) -> None:
    assert inert(sign) == f"'{sign}"
    assert inert(f"a{sign}") == f"a{sign}"


async def test_no_cell_of_a_hostile_incident_is_a_formula() -> None:
    story = Story()
    entries = [*a_ransomware_incident(hostile=True)]
    story.at = entries[-1].at
    entries.extend(
        story.say("unhcr-duty", 1, Kind.NOTE_ADD, "=subject", texts={"note": words})
        for words in ("=HYPERLINK(1)", "@SUM(1)", "+cmd|' /C calc'!A0", *HOSTILE)
    )
    circle = a_web(views=FakeViews(entries))
    reader = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
    case = await circle.views.case(reader, RANSOMWARE)
    text = spreadsheet(case, await circle.views.story(reader, RANSOMWARE), circle.parts.texts)
    for row in csv.reader(StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


async def test_paper_is_tagged_titled_and_claims_pdf_ua(browser: Browser) -> None:
    answer = await (await browser("unhcr-ciso")).get(f"{PAGE}.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.content
    assert b"/Marked true" in answer.content
    assert b"pdfuaid" in answer.content
    assert b"/Lang" in answer.content


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            (
                "Chronologie à l\u2019intention des décideurs",
                "déclaré le 21 novembre 2026",
                "organisations participent",
            ),
        ),
        ("es", ("Cronología para quienes deciden", "declarado el 21 de noviembre de 2026", "Participan 3")),
    ],
)
async def test_paper_speaks_the_language_of_whoever_asked_for_it(
    circle: Circle, language: str, said: tuple[str, ...]
) -> None:
    reader = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
    case, story = await circle.views.shared(reader, reader, RANSOMWARE)
    with speaking(Tongue(language=language)):
        made = sheet(case, story, circle.parts.texts, reader, None, NOW)
        file = TimelineFile(case, story, reader, circle.parts.texts, NOW)
        content = await file.written(FileFormat.PDF)
    text = json.dumps(made, ensure_ascii=False)
    assert [each for each in said if each not in text] == []
    assert not re.search(r"Sunday|November|takes? part|Held by|not attributed", text)
    assert f"/Lang({language})".encode() in content


async def test_paper_is_made_at_any_moment_as_clocks_tell_it(circle: Circle) -> None:
    reader = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
    case, story = await circle.views.shared(reader, reader, RANSOMWARE)
    file = TimelineFile(case, story, reader, circle.parts.texts, NOW.replace(microsecond=123_456))
    assert (await file.written(FileFormat.PDF)).startswith(b"%PDF")


async def test_hostile_words_on_paper_are_words() -> None:
    hostile = a_web(hostile=True)
    reader = Reader(organization=OrganizationCode("UNHCR"), person="unhcr-ciso")
    case = await hostile.views.case(reader, RANSOMWARE)
    story = await hostile.views.story(reader, RANSOMWARE)
    content = await TimelineFile(case, story, reader, hostile.parts.texts, hostile.parts.now()).written(
        FileFormat.PDF
    )
    assert content.startswith(b"%PDF-")
