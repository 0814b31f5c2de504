"""OASIS's own TAXII 2.1 server, for as long as a block runs: installed by its locked hashes into a folder of its own.

`echo medallion | uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url
--no-annotate - --output-file tests/medallion.lock` chooses the versions anew. It is of 2020, and still the one server
that the standard's authors wrote: it forgets everything when it ends, and refuses what it has already.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from bot.embedded.ports import remembered_ports
from tests.elsewhere import python_with

LOCK: Final = Path(__file__).with_name("medallion.lock")
USER: Final = "muster"
PASSWORD: Final = "of an account"
COLLECTION: Final = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
WRITE_ONLY: Final = "52892447-4d7e-4f70-b94d-d7f22742ff63"
READ_ONLY: Final = "472c94ae-3113-4e3e-a4dd-a9f4ac7471d4"
_START_WITHIN: Final = 30
_STOP_WITHIN: Final = 10
_TAXII: Final = "application/taxii+json;version=2.1"


class Medallion:
    """One server with three collections; `page` objects at a time, `largest` bytes at once."""

    def __init__(self, folder: Path, *, page: int, largest: int) -> None:
        self.port = remembered_ports(folder, "medallion")["medallion"]
        self.host = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.host}/circle"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "data.json").write_text(json.dumps(_data(self.url, largest)), "utf-8")
        (folder / "config.json").write_text(json.dumps(_config(folder, page)), "utf-8")

    def start(self) -> None:
        """Start it and wait until it answers."""
        command: list[str | Path] = [
            python_with(LOCK),
            "-m",
            "medallion.scripts.run",
            "--port",
            str(self.port),
            "config.json",
        ]
        with (self._folder / "medallion.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder / "medallion.log").read_text("utf-8")[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, by its own process id."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_STOP_WITHIN)
            self._process = None

    def put(self, *objects: dict[str, Any], collection: str = COLLECTION) -> None:
        """Another member of the community gives these."""
        path = f"{self.url}/collections/{collection}/objects/"
        headers = {"Accept": _TAXII, "Content-Type": _TAXII}
        content = json.dumps({"objects": objects})
        httpx.post(path, auth=(USER, PASSWORD), headers=headers, content=content).raise_for_status()

    def held(self, collection: str = COLLECTION) -> list[dict[str, Any]]:
        """Every version of everything in a collection, as another member reads it."""
        path = f"{self.url}/collections/{collection}/manifest/"
        params = {"match[version]": "all", "limit": "1000"}
        answer = httpx.get(path, auth=(USER, PASSWORD), headers={"Accept": _TAXII}, params=params)
        return list(answer.raise_for_status().json().get("objects", []))

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url).status_code < 500
        except httpx.TransportError:
            return False


@contextmanager
def medallion(folder: Path, *, page: int = 100, largest: int = 10_000_000) -> Iterator[Medallion]:
    """A fresh server with empty collections."""
    server = Medallion(folder, page=page, largest=largest)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _config(folder: Path, page: int) -> dict[str, Any]:
    return {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(folder / "data.json"),
        },
        "users": {USER: PASSWORD},
        "taxii": {"max_page_size": page},
    }


def _data(url: str, largest: int) -> dict[str, Any]:
    return {
        "/discovery": {"title": "The circle's", "default": f"{url}/", "api_roots": [f"{url}/"]},
        "circle": {
            "information": {
                "title": "The circle's collections",
                "versions": [_TAXII],
                "max_content_length": largest,
            },
            "status": [],
            "collections": [
                _collection(COLLECTION),
                _collection(WRITE_ONLY, can_read=False),
                _collection(READ_ONLY, can_write=False),
            ],
        },
    }


def _collection(id: str, *, can_read: bool = True, can_write: bool = True) -> dict[str, Any]:
    return {
        "id": id,
        "title": "Indicators",
        "can_read": can_read,
        "can_write": can_write,
        "media_types": ["application/stix+json;version=2.1"],
        "objects": [],
        "manifest": [],
    }
