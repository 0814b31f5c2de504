"""Charts as a file for a spreadsheet: one line a number."""

import csv
from collections.abc import Iterable
from io import StringIO

from playbooks.figures.chart import Chart

_HEADER = ("chart", "row", "measure", "value", "unit", "incidents")


def as_csv(charts: Iterable[Chart]) -> str:
    """RFC 4180, with codes rather than words; `incidents` are the keys behind a number, parted by blanks."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(_HEADER)
    for chart in charts:
        for row in chart.rows:
            for measure, value in zip(chart.measures, row.values, strict=True):
                shown = "" if value is None else value
                keys = " ".join(row.incidents)
                writer.writerow((chart.name, _inert(row.name), measure.name, shown, measure.unit, keys))
    return file.getvalue()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
