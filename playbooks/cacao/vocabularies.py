"""The words that CACAO 2.0 has for what is open to others too: an unknown one is kept, and may be a slip of the pen."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLAYBOOK_TYPES: Final = _words(
    """
    attack detection engagement investigation mitigation notification prevention remediation
    """
)
ACTIVITIES: Final = _words(
    """
    compose-content deliver-content identify-audience identify-channel scan-system match-indicator
    analyze-collected-data identify-indicators scan-vulnerabilities configure-systems restrict-access
    disconnect-system eliminate-risk revert-system restore-data restore-capabilities map-network
    identify-steps step-sequence prepare-engagement execute-operation analyze-engagement-results
    """
)
SECTORS: Final = _words(
    """
    aerospace aviation agriculture automotive biotechnology chemical commercial consulting construction
    cosmetics critical-infrastructure dams defense education emergency-services energy
    non-renewable-energy renewable-energy media financial food gambling government local-government
    national-government regional-government public-services healthcare
    information-communications-technology electronics-hardware software telecommunications
    legal-services lodging manufacturing maritime metals mining non-profit humanitarian-aid human-rights
    nuclear petroleum pharmaceuticals research transportation logistics-shipping utilities video-game
    water
    """
)
CATEGORIES: Final = _words(
    """
    aaa analytics caldera content-gateway desktop endpoint firewall handset ids ips kali manx
    orchestrator os-linux os-mac os-windows redcanary-atomicred ragdoll router sandcat server siem
    switch ticketing tip wireless
    """
)
VARIABLE_TYPES: Final = _words(
    """
    bool dictionary float hexstring integer ipv4-addr ipv6-addr long mac-addr hash md5-hash sha256-hash
    string uri uuid
    """
)
SIGNATURE_ALGORITHMS: Final = _words(
    """
    RS256 RS384 RS512 ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 Ed448 XMSS-SHA2_10_256
    XMSS-SHA2_16_256 XMSS-SHA2_20_256 LMS_SHA256_M32_H5 LMS_SHA256_M32_H10 LMS_SHA256_M32_H15
    LMS_SHA256_M32_H20 LMS_SHA256_M32_H25
    """
)
