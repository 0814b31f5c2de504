"""`muster report`: what incidents say together."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.cost_table import cost_table
from bot.cli.options import As, Data, Json
from bot.cli.reader import reader_of
from bot.cli.running import with_installation
from bot.cli.said import say
from bot.composition.installation import Installation
from bot.reading.figures import Figures
from bot.web.page.charts import row_name, said
from playbooks.domain.errors import Refused
from playbooks.domain.saying import saying
from playbooks.domain.tongue import moment
from playbooks.figures.cost import costs_as_csv
from playbooks.figures.export import as_csv
from playbooks.governance.report import ReportKind, written
from playbooks.texts import Texts, load_texts
from playbooks.texts.wording import label

app = typer.Typer(no_args_is_help=True)

_DAY = ["%Y-%m-%d"]
From = Annotated[datetime | None, typer.Option("--from", formats=_DAY, show_default=False)]
To = Annotated[datetime | None, typer.Option("--to", formats=_DAY, show_default=False)]
Csv = Annotated[bool, typer.Option("--csv")]


@app.command()
def metrics(
    since: From = None,
    until: To = None,
    data: Data = None,
    reader: As = None,
    *,
    as_json: Json = False,
    csv: Csv = False,
) -> None:
    """Number, times, response and alert noise, over the incidents that this reader may know of."""
    if as_json and csv:
        raise typer.BadParameter(load_texts().say("cli.said.one_form"))

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader)
        found = await muster.figures.figures(who, since=_day(since), until=_day(until))
        if as_json:
            typer.echo(found.model_dump_json(include={"charts"}))
        elif csv:
            typer.echo(as_csv(found.charts), nl=False)
        else:
            _print(found, muster.texts)

    with_installation(data, use)


@app.command()
def cost(
    since: From = None,
    until: To = None,
    data: Data = None,
    reader: As = None,
    *,
    as_json: Json = False,
    csv: Csv = False,
) -> None:
    """Hours and costs by organization and incident, with the entries behind each figure."""
    if as_json and csv:
        raise typer.BadParameter(load_texts().say("cli.said.one_form"))

    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader)
        found = await muster.costs.costs(who, since=_day(since), until=_day(until))
        if as_json:
            typer.echo(found.model_dump_json())
        elif csv:
            typer.echo(costs_as_csv(found.lines), nl=False)
        else:
            table = cost_table(found.lines, muster.texts)
            Console(highlight=False).print(table or muster.texts.say("cost.nothing"), markup=False)

    with_installation(data, use)


Release = Annotated[
    bool,
    typer.Option("--release"),
]
FirstDay = Annotated[datetime, typer.Option("--from", formats=_DAY)]
LastDay = Annotated[datetime, typer.Option("--to", formats=_DAY)]


@app.command()
def governance(
    since: FirstDay,
    until: LastDay,
    data: Data = None,
    reader: As = None,
    *,
    release: Release = False,
    as_json: Json = False,
) -> None:
    """For legislative and governing bodies: how incidents were answered, and nothing that would help an adversary."""
    _report(ReportKind.GOVERNANCE, since, until, data, reader, release=release, as_json=as_json)


@app.command()
def overview(
    since: FirstDay,
    until: LastDay,
    data: Data = None,
    reader: As = None,
    *,
    release: Release = False,
    as_json: Json = False,
) -> None:
    """For the DTN and the ICT Directors, under the Chatham House Rule: nobody is named, no organization either."""
    _report(ReportKind.OVERVIEW, since, until, data, reader, release=release, as_json=as_json)


@app.command()
def released(data: Data = None, reader: As = None) -> None:
    """What this organization has released, as it went out."""

    async def use(muster: Installation) -> None:
        organization = reader_of(muster.directory, reader).organization
        for each in await muster.governance.released(organization) if organization else ():
            say("report.released", at=moment(each.released_at), entry=each.entry)
            typer.echo("")
            typer.echo(each.text)

    with_installation(data, use)


def _report(
    kind: ReportKind,
    since: datetime,
    until: datetime,
    data: Path | None,
    reader: str | None,
    *,
    release: bool,
    as_json: bool,
) -> None:
    async def use(muster: Installation) -> None:
        who = reader_of(muster.directory, reader)
        report = await muster.governance.draft(kind, who, since.date(), until.date())
        if release:
            if who.person is None:
                raise Refused(
                    saying("report.by_a_person"),
                    code="not_entitled",
                    source="policy",
                )
            await muster.governance.release(report, muster.directory.person(who.person))
        else:
            say("report.draft", aside=True)
        typer.echo(report.model_dump_json() if as_json else written(report, muster.texts), nl=as_json)

    with_installation(data, use)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.replace(tzinfo=UTC).date()


def _print(found: Figures, texts: Texts) -> None:
    console = Console(highlight=False)
    for chart in found.charts:
        table = Table(title=texts.say(f"figures.{chart.name}"), title_justify="left")
        table.add_column(texts.say(f"figures.{chart.name}.row"))
        for measure in chart.measures:
            table.add_column(label(texts, "measure", measure.name), justify="right")
        for row in chart.rows:
            values = (said(value, measure) for value, measure in zip(row.values, chart.measures, strict=True))
            table.add_row(row_name(chart, row, texts), *values)
        console.print(table if chart.rows else texts.say("report.nothing", title=table.title), markup=False)
        console.print()
