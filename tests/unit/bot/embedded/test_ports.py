import json
import socket
import sys
from pathlib import Path

import pytest

from bot.embedded import remembered_ports


def test_a_name_keeps_its_port_from_one_start_to_the_next(tmp_path: Path) -> None:
    first = remembered_ports(tmp_path, "temporal", "web")
    assert first["temporal"] != first["web"]
    assert remembered_ports(tmp_path, "temporal", "web") == first


def test_a_port_that_somebody_took_is_chosen_again_and_the_others_stay(tmp_path: Path) -> None:
    first = remembered_ports(tmp_path, "temporal", "web")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["web"]))
        taken.listen()
        second = remembered_ports(tmp_path, "temporal", "web")
    assert second["temporal"] == first["temporal"]
    assert second["web"] != first["web"]
    assert json.loads((tmp_path / "ports.json").read_text(encoding="ascii")) == second


def test_names_asked_for_apart_are_remembered_together(tmp_path: Path) -> None:
    temporal = remembered_ports(tmp_path, "temporal")
    web = remembered_ports(tmp_path, "web")
    assert remembered_ports(tmp_path, "temporal", "web") == temporal | web


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"web": "x"}', '{"web": -4}', '{"web": 99999}', '{"web": 0}']
)
def test_an_unreadable_file_of_ports_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content, encoding="ascii")
    assert 0 < remembered_ports(tmp_path, "web")["web"] < 65536


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says in this file which ports it lends")
def test_no_new_port_is_one_that_the_machine_lends_to_whoever_connects(tmp_path: Path) -> None:
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split())
    chosen = remembered_ports(tmp_path, *(f"part{number}" for number in range(20)))
    assert len(set(chosen.values())) == 20
    assert not [port for port in chosen.values() if first <= port <= last]


def test_a_machine_that_lends_every_port_gives_one_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = tmp_path / "lent"
    lent.write_text("1024\t65535\n", "ascii")
    monkeypatch.setattr("bot.embedded.ports._LENT", lent)
    assert 0 < remembered_ports(tmp_path, "web")["web"] < 65536
