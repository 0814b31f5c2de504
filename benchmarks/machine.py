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


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("ascii", "replace").splitlines() if told.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
