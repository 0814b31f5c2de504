"""Many UUIDs as one parameter: in storms, making an object of each would be the dearest part of accepting an alert."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_UUID = psycopg.adapters.types["uuid"]


@dataclass(frozen=True, slots=True)
class Uuids:
    """UUIDs by their 16 bytes, sent as an array."""

    values: Sequence[bytes]


class _UuidsDumper(Dumper):
    """PostgreSQL's binary form of an array: dimensions, nulls, type, length, lower bound; then each with its size."""

    format = Format.BINARY
    oid = _UUID.array_oid

    def dump(self, obj: Uuids) -> bytes:
        if not obj.values:
            return struct.pack("!iiI", 0, 0, _UUID.oid)
        head = struct.pack("!iiIii", 1, 0, _UUID.oid, len(obj.values), 1)
        return b"\0\0\0\x10".join([head, *obj.values])


psycopg.adapters.register_dumper(Uuids, _UuidsDumper)
