"""What is said of a file that stands somewhere else: its name, kind and size, and never what is in it."""


def attached(name: object, kind: object = None, size: object = None) -> str:
    """One line for people, `disk.img · application/octet-stream · 12 kB`; what is not known is left out."""
    kilobytes = f"{-(-size // 1000)} kB" if isinstance(size, int) and size > 0 else ""
    return " · ".join(str(each) for each in (name, kind, kilobytes) if each)
