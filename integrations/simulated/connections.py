"""Which simulated adapter stands behind a simulated connection."""

from collections.abc import Callable

from integrations.simulated.chat import SimulatedChat
from integrations.simulated.containment import SimulatedContainment
from integrations.simulated.http import SimulatedHttp
from integrations.simulated.mail import SimulatedMail
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.sharing import SimulatedSharing
from integrations.simulated.ticketing import SimulatedTicketing
from integrations.simulated.world import World
from playbooks.domain.connection import Connection, Vendor
from playbooks.ports.connections import AnyPort

ADAPTERS: dict[Vendor, Callable[[World, Connection], AnyPort]] = {
    Vendor.SIMULATED_CHAT: SimulatedChat,
    Vendor.SIMULATED_TICKETING: SimulatedTicketing,
    Vendor.SIMULATED_PAGING: SimulatedPaging,
    Vendor.SIMULATED_MAIL: SimulatedMail,
    Vendor.SIMULATED_CONTAINMENT: SimulatedContainment,
    Vendor.SIMULATED_HTTP: SimulatedHttp,
    Vendor.SIMULATED_SHARING: SimulatedSharing,
}
