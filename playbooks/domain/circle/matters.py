"""What an incident touches, and which sister network of the community of practice is told of it (document 004, §2)."""

from enum import StrEnum
from typing import Final


class Matter(StrEnum):
    """Something that an incident touches beyond information security."""

    SECURITY_MANAGEMENT = "security_management"
    PERSONAL_DATA = "personal_data"
    FINANCE = "finance"
    GENERATIVE_AI = "generative_ai"


class SisterNetwork(StrEnum):
    """A network of the CEB whose work borders on the community's; by the handle under which it is written to."""

    IASMN = "iasmn"
    """The Inter-Agency Security Management Network."""
    DPO = "dpo-network"
    """The network of Data Protection Officers."""
    FBN = "fbn"
    """The Finance and Budget Network."""
    GENAI = "genai-task-force"
    """The HLCM Task Force on generative AI."""


TOLD: Final = {
    Matter.SECURITY_MANAGEMENT: SisterNetwork.IASMN,
    Matter.PERSONAL_DATA: SisterNetwork.DPO,
    Matter.FINANCE: SisterNetwork.FBN,
    Matter.GENERATIVE_AI: SisterNetwork.GENAI,
}
"""Who is told of what."""
