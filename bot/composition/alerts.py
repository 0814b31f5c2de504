"""How alerts are read: sources, formats, routing rules."""

from collections.abc import Callable
from importlib.resources import files

from bot.intake.own_formats import FormatsInFolder, shipped_formats
from bot.intake.routing_rules import RoutingInFile, read_routing
from bot.intake.sources import NoSources, SourcesInFile
from bot.settings import Settings
from integrations.siem.format import Format
from playbooks.domain.routing import Routing


def sources_of(settings: Settings) -> SourcesInFile | NoSources:
    """The alert sources of the installation; none where no file names any."""
    if settings.sources is None:
        return NoSources()
    return SourcesInFile(settings.sources, formats=formats_of(settings))


def formats_of(settings: Settings) -> Callable[[], tuple[Format, ...]]:
    """The formats that alerts are read in: the installation's own before those that ship. Raises Malformed."""
    return FormatsInFolder(settings.formats) if settings.formats else shipped_formats


def routing_of(settings: Settings) -> Callable[[], Routing]:
    """The routing rules in force: the installation's own file, read again when it changes, or those that ship."""
    if settings.routing is not None:
        return RoutingInFile(settings.routing)
    shipped = read_routing((files("playbooks.library") / "routing" / "default.yaml").read_bytes())
    return lambda: shipped
