"""The machine that figures come from, and how busy it was."""

import os
import platform
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Machine(BaseModel):
    """What figures depend on."""

    model_config = ConfigDict(frozen=True)

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    load_before: float
    """Processes that wanted to run, on average over the last minute; more than `cores` is a busy machine."""

    def __str__(self) -> str:
        busy = "busy" if self.load_before > self.cores / 2 else "quiet"
        return (
            f"{self.cores} cores of {self.processor}, {self.memory_gib:.0f} GiB, {self.system}, "
            f"Python {self.python}; {busy} before the start (load {self.load_before:.1f})"
        )


def this_machine() -> Machine:
    """The machine at hand."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=".".join(str(part) for part in sys.version_info[:3]),
        load_before=round(os.getloadavg()[0], 2),
    )


def memory_mib(what: str) -> float:
    """What this process holds: `VmRSS` now, `VmHWM` at most so far. Linux says it; elsewhere it is 0."""
    told = Path("/proc/self/status")
    lines = told.read_text("ascii").splitlines() if told.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:")), 0.0)


def processor_s(data: Path) -> float:
    """Seconds of processor time that this process, and the servers on this data folder, have taken so far."""
    return sum(map(_ticks, _processes(data))) / os.sysconf("SC_CLK_TCK")


def shared_mib(data: Path) -> dict[str, float]:
    """What each kind of process holds now, what several share counted once: bot and worker, PostgreSQL, Temporal."""
    held: dict[str, float] = {}
    for process in _processes(data):
        name = "bot and worker" if process.name == str(os.getpid()) else _name(process)
        held[name] = held.get(name, 0) + _proportional_kib(process) / 1024
    return held


def _processes(data: Path) -> list[Path]:
    """This process, those that were started on the data folder, and their children."""
    all_there = [each for each in Path("/proc").iterdir() if each.name.isdigit()]
    ours = {each.name for each in all_there if str(data) in _said(each, "cmdline")} | {str(os.getpid())}
    return [each for each in all_there if each.name in ours or _parent(each) in ours]


def _parent(process: Path) -> str:
    return _said(process, "stat").rpartition(")")[2].split()[1] if _said(process, "stat") else ""


def _name(process: Path) -> str:
    return {"postgres": "PostgreSQL", "temporal": "Temporal"}.get(_said(process, "comm").strip(), "others")


def _ticks(process: Path) -> int:
    """User and system time, that of children which ended included (proc(5), fields 14 to 17 of `stat`)."""
    return sum(map(int, _said(process, "stat").rpartition(")")[2].split()[11:15]))


def _proportional_kib(process: Path) -> int:
    lines = _said(process, "smaps_rollup").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _said(process: Path, what: str) -> str:
    """What is told of a process; nothing of one that has ended."""
    try:
        return (process / what).read_text("utf-8", "replace")
    except OSError:
        return ""


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("ascii", "replace").splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
