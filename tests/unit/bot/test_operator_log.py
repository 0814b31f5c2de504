"""What stands in the log, and how often."""

import logging

from bot.operator_log import Seldom


def test_what_is_said_again_and_again_stands_in_the_log_once_a_minute() -> None:
    seldom = Seldom()

    def said(line: str, after: float) -> bool:
        record = logging.LogRecord("pool", logging.WARNING, "", 0, line, ("muster",), None)
        record.created = after
        return bool(seldom.filter(record))

    lost = "no connection to %s"
    at = ((1.0, lost), (1.5, lost), (2.0, "no more %s"), (61.5, lost))
    assert [said(line, after) for after, line in at] == [True, False, True, True]
