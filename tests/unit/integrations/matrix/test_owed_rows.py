"""What is owed to devices, as the store keeps it."""

import sqlite3

import pytest

from integrations.matrix import owed_rows
from integrations.matrix.owed_rows import Owed, OwedRows

FIRST = Owed("!room", "first", b"locked")
SECOND = Owed("!room", "second", b"locked too")
PHONE = ("@duty:wfp.example", "PHONE")
LAPTOP = ("@duty:wfp.example", "LAPTOP")


def rows() -> OwedRows:
    return OwedRows(sqlite3.connect(":memory:"))


def test_what_was_given_is_owed_no_more_and_the_rest_is_in_its_order() -> None:
    owing = rows()
    for owed in (FIRST, SECOND):
        owing.add(owed, {PHONE, LAPTOP}, ())
    owing.drop(PHONE, "first")
    assert (owing.to(PHONE), owing.to(LAPTOP)) == ([SECOND], [FIRST, SECOND])
    owing.drop(LAPTOP)
    assert owing.devices() == {PHONE}


def test_what_an_account_is_owed_whose_devices_nobody_knew_its_devices_are_once_they_are_known() -> None:
    owing = rows()
    owing.add(FIRST, {PHONE}, {"@duty:wfp.example", "@ciso:iom.example"})
    assert (owing.devices(), owing.accounts()) == ({PHONE}, {"@duty:wfp.example", "@ciso:iom.example"})
    owing.name("@duty:wfp.example", ["PHONE", "LAPTOP"])
    assert (owing.devices(), owing.accounts()) == ({PHONE, LAPTOP}, {"@ciso:iom.example"})
    assert owing.to(PHONE) == owing.to(LAPTOP) == [FIRST]


def test_of_more_debts_than_are_remembered_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed_rows, "_MOST", 2)
    owing = rows()
    owing.add(FIRST, {PHONE}, ())
    owing.add(SECOND, {PHONE, LAPTOP}, ())
    assert (owing.to(PHONE), owing.to(LAPTOP)) == ([SECOND], [SECOND])
