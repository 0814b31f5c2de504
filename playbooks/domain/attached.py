"""What is said of a file that stands somewhere else: its name, kind and size, and never what is in it."""

from pydantic import BaseModel, ConfigDict


class FileElsewhere(BaseModel):
    """A file that somebody put into a room of a chat system; what is not known is empty."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    kind: str = ""
    size: int = 0
    """Bytes."""

    def told(self, *, named: bool = True) -> str:
        """One line for people, `disk.img · application/octet-stream · 12 kB`; what is not known is left out.

        People put their names and their organizations' into names of files: without `named` it has none.
        """
        kilobytes = f"{-(-self.size // 1000)} kB" if self.size > 0 else ""
        return " · ".join(each for each in (self.name if named else "…", self.kind, kilobytes) if each)


def attached(name: object, kind: object = None, size: object = None) -> FileElsewhere:
    """What a chat system says of a file, in whatever shape."""
    return FileElsewhere(
        name=str(name or ""), kind=str(kind or ""), size=size if isinstance(size, int) else 0
    )
