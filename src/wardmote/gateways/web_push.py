"""Web Push: hand an encrypted message to the push service of a browser (RFC 8030, 8291, 8292).

The service learns that this server has something for a device, how long it is of use, and nothing
else: the content is encrypted for the browser alone. Addresses come from browsers, so a person
could name any: only ``https`` at port 443 on public addresses is spoken to. The name is looked up
once, the addresses found are judged, and the connection goes to one of those and no other; no
redirect is followed. TLS checks the certificate for the name.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from http_ece import ECEException
from py_vapid import Vapid02, VapidException
from py_vapid.utils import b64urlencode
from pywebpush import WebPusher, WebPushException

from wardmote.operations.notices.services import ClaimedMessage, PushOutcome

TIMEOUT_S = 10.0
HTTPS_PORT = 443
SIGNED_FOR_S = 12 * 3_600
MOST_ANSWER = 4_096
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (FIPS 186-4, D.1.2.3)."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that a network translates to IPv4 (RFC 6052)."""

Resolve = Callable[[str, int], list[str]]


class UnreachableAddressError(ValueError):
    """An address that this server does not speak to."""


@dataclass(frozen=True, slots=True)
class PushSigner:
    """The server's key pair for VAPID (RFC 8292) and whom push services may write to."""

    key: ec.EllipticCurvePrivateKey
    contact: str

    @classmethod
    def from_secret(cls, secret: str, origin: str) -> PushSigner:
        """The key that a deployment's secret stands for; the same secret gives the same key."""
        derive = HKDF(hashes.SHA256(), 48, salt=None, info=b"wardmote web push v1")
        number = int.from_bytes(derive.derive(secret.encode()), "big") % (_ORDER - 1) + 1
        host = urlsplit(origin).hostname or "localhost"
        contact = origin if origin.startswith("https://") else f"mailto:operator@{host}"
        return cls(ec.derive_private_key(number, ec.SECP256R1()), contact)

    def public_key(self) -> str:
        """What browsers subscribe with: the uncompressed point, URL-safe base64 without padding."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return str(b64urlencode(point))

    def headers_for(self, endpoint: str, now_s: float) -> dict[str, str]:
        """The header ``Authorization`` for an endpoint's origin."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "sub": self.contact,
            "exp": int(now_s) + SIGNED_FOR_S,
        }
        signed: Mapping[str, str] = Vapid02(private_key=self.key).sign(claims)
        return dict(signed)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if found in _NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if inner is not None and not is_public(str(inner)):
        return False
    return found.is_global and not found.is_multicast


def look_up(host: str, port: int) -> list[str]:
    """Addresses of a name.

    Raises:
        OSError: there are none, or nobody can be asked.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Doors:
    """Which addresses are spoken to; tests open another door, deployments none.

    Attributes:
        port: the only one. resolve: name to addresses. allows: whether an address may be used.
        tls: None for the usual authorities.
    """

    port: int = HTTPS_PORT
    resolve: Resolve = look_up
    allows: Callable[[str], bool] = is_public
    tls: ssl.SSLContext | None = None

    def named(self, endpoint: str) -> str:
        """The host of an endpoint that may be spoken to, as far as its address alone tells.

        Raises:
            UnreachableAddressError: it is not one of `https` at the port, or has a password, or is
                a bare address of a private network.
        """
        try:
            parts = urlsplit(endpoint)
            port = parts.port or HTTPS_PORT
        except ValueError as error:
            raise UnreachableAddressError(endpoint) from error
        host = parts.hostname or ""
        plain = parts.username is None and parts.password is None and not parts.fragment
        if parts.scheme != "https" or not host or not plain or port != self.port:
            raise UnreachableAddressError(endpoint)
        if _is_address(host) and not self.allows(host):
            raise UnreachableAddressError(endpoint)
        if not _is_address(host) and "." not in host:
            raise UnreachableAddressError(endpoint)
        return host

    def may_name(self, endpoint: str) -> bool:
        """Whether a browser may register the endpoint; its name is looked up when it is used."""
        try:
            self.named(endpoint)
        except UnreachableAddressError:
            return False
        return True

    def address(self, endpoint: str) -> tuple[str, str]:
        """Host and the address to connect to.

        Raises:
            UnreachableAddressError: one of its addresses is not public.
            OSError: it has none.
        """
        host = self.named(endpoint)
        addresses = self.resolve(host, self.port)
        # One private address among public ones is an attempt, not a mistake.
        if not addresses or not all(self.allows(one) for one in addresses):
            raise UnreachableAddressError(endpoint)
        return host, addresses[0]


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What became of a message. `retry_after_s`: 0 unless the service named a time."""

    outcome: PushOutcome
    retry_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PushSender:
    """Encrypts, signs and sends messages; one at a time, each within `TIMEOUT_S` a step."""

    signer: PushSigner
    doors: Doors = field(default_factory=Doors)

    def __call__(self, message: ClaimedMessage) -> PushAnswer:
        """Send a message; never raises for what the network or the service does."""
        try:
            body = _sealed(message)
            host, address = self.doors.address(message.endpoint)
        except (WebPushException, ECEException, UnreachableAddressError, ValueError):
            return PushAnswer(PushOutcome.REFUSED)
        except OSError:
            return PushAnswer(PushOutcome.LATER)
        try:
            headers = self.signer.headers_for(message.endpoint, time.time())
        except VapidException:
            return PushAnswer(PushOutcome.REFUSED)
        headers |= {
            "Host": urlsplit(message.endpoint).netloc,
            "TTL": str(message.ttl_s),
            "Urgency": "normal",
            # A newer message of the kind takes the place of one that was not delivered yet.
            "Topic": message.kind.value,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }
        return self._post(message.endpoint, host, address, body, headers)

    def _post(
        self, endpoint: str, host: str, address: str, body: bytes, headers: dict[str, str]
    ) -> PushAnswer:
        target = httpx.URL(endpoint).copy_with(host=address, port=self.doors.port)
        verify = self.doors.tls or ssl.create_default_context()
        try:
            with (
                httpx.Client(
                    verify=verify, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
                ) as client,
                client.stream(
                    "POST",
                    target,
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": host},
                ) as answer,
            ):
                return _judged(answer.status_code, answer.headers.get("Retry-After", ""))
        except (httpx.HTTPError, OSError):
            return PushAnswer(PushOutcome.LATER)


def _sealed(message: ClaimedMessage) -> bytes:
    """The body: what it is about, encrypted for the browser (RFC 8291, RFC 8188)."""
    content: dict[str, Any] = {
        "id": message.message,
        "kind": message.kind.value,
        "count": message.count,
        "language": message.language,
        "drill": message.drill,
    }
    keys = {"p256dh": message.p256dh, "auth": message.auth}
    pusher = WebPusher({"endpoint": message.endpoint, "keys": keys})
    encoded = pusher.encode(json.dumps(content).encode(), content_encoding="aes128gcm")
    return bytes(encoded["body"])


def _judged(status: int, retry_after: str) -> PushAnswer:
    """RFC 8030 section 5 and 7.3: 201 taken, 404 and 410 gone, 429 and 5xx later."""
    if 200 <= status < 300:
        return PushAnswer(PushOutcome.TAKEN)
    if status in (404, 410):
        return PushAnswer(PushOutcome.GONE)
    if status == 429 or status >= 500:
        wait_s = float(retry_after) if retry_after.isdigit() else 0.0
        return PushAnswer(PushOutcome.LATER, wait_s)
    return PushAnswer(PushOutcome.REFUSED)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
