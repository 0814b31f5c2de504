"""PostgreSQL refuses to run as root: the account that runs it, and how that account reaches what it needs.

Root's folders are often closed to others (``/root`` has mode 0700), and they stay closed: what the account
needs but cannot reach is put into ``/var/lib/muster``, never opened where it lies.
"""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.embedded.errors import EmbeddedServerError
from playbooks.domain.saying import saying

STATE = Path("/var/lib/muster")


@dataclass(frozen=True)
class Account:
    """A user and group of this machine, by number."""

    uid: int
    gid: int


def stand_in() -> Account | None:
    """The account that stands in for root, `nobody`, found on every machine; None when we are not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account may pass through every folder down to the path."""
    return account is None or all(
        _may_pass(account, folder.stat()) for folder in (path, *path.parents) if folder.is_dir()
    )


def place_for(account: Account | None, folder: Path) -> Path:
    """A folder of the account's own at the given path, or behind a link from there when it cannot reach it.

    Raises:
        EmbeddedServerError: the link is there and what it led to is not.
    """
    if folder.exists():
        return folder.resolve()
    if folder.is_symlink():
        gone = {"folder": folder, "target": folder.readlink(), "parent": folder.parent}
        raise EmbeddedServerError(saying("embedded.gone", **gone))
    if not reaches(account, folder.parent):
        STATE.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=STATE))
    folder.mkdir(exist_ok=True)
    own(account, folder)
    folder.chmod(0o700)
    return folder.resolve()


def own(account: Account | None, path: Path) -> None:
    """Give the path to the account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def within_reach(account: Account | None, home: Path, *parts: str, name: str) -> Path:
    """The home of these folders of programs, or a copy of them when the account cannot reach it."""
    if reaches(account, home):
        return home
    copy = STATE / name
    if not copy.exists():
        STATE.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=STATE))
        for part in parts:
            shutil.copytree(home / part, draft / part, ignore=shutil.ignore_patterns("include", "*.a"))
        _open(draft)
        try:
            draft.rename(copy)
        except OSError:  # another start put its own copy there first
            shutil.rmtree(draft)
    return copy


def _open(copy: Path) -> None:
    """Let everyone read a copy of published programs, whatever the mask they were installed under."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _may_pass(account: Account, folder: os.stat_result) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)
