"""Network addresses as limits count them."""

from __future__ import annotations

import ipaddress


def household(address: str) -> str:
    """An address as it is counted: of IPv6 its /64, in which one has as many as one wants."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped is not None:
        return address
    return str(ipaddress.ip_network((int(found), 64), strict=False))
