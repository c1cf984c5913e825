"""Messages to a push service: a real server reads them with the keys of a browser."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from wardmote.core.domain.notice import NoticeKind
from wardmote.gateways.web_push import Doors, PushSender, PushSigner, is_public
from wardmote.operations.notices.services import ClaimedMessage, PushOutcome

HOST = "push.example.org"
AUTH = b"0123456789abcdef"


def url_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_url_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class PushService:
    """A push service on this machine that keeps what it was sent."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None

    def doors(self) -> Doors:
        return Doors(
            port=self.port,
            resolve=lambda _host, _port: ["127.0.0.1"],
            allows=lambda address: address == "127.0.0.1",
            tls=self.tls,
        )


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "push.crt", folder / "push.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PushService]:
    kept = PushService()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.taken.append((self.path, dict(self.headers), body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    certificate, key = _certificate(tmp_path)
    listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.socket = listening.wrap_socket(server.socket, server_side=True)
    kept.port = server.server_address[1]
    kept.tls = ssl.create_default_context(cafile=str(certificate))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def point_of(key: ec.EllipticCurvePrivateKey) -> str:
    return url_base64(
        key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
    )


def message(service: PushService, browser: ec.EllipticCurvePrivateKey) -> ClaimedMessage:
    return ClaimedMessage(
        "m1", f"https://{HOST}:{service.port}/send/abc", point_of(browser), url_base64(AUTH),
        "zh-hans", NoticeKind.TASK_NEW, 2, False, 600,
    )  # fmt: skip


def sender(service: PushService) -> PushSender:
    return PushSender(PushSigner.from_secret("s" * 64, "https://ward.example.org"), service.doors())


def test_the_browser_alone_reads_a_message_and_the_service_knows_whose_it_is(
    service: PushService, browser: ec.EllipticCurvePrivateKey
) -> None:
    push = sender(service)
    assert push(message(service, browser)).outcome is PushOutcome.TAKEN
    [(path, headers, body)] = service.taken
    assert path == "/send/abc"
    assert (headers["TTL"], headers["Topic"]) == ("600", "task_new")
    assert (headers["Content-Encoding"], headers["Host"]) == ("aes128gcm", f"{HOST}:{service.port}")
    assert b"task" not in body
    plain = http_ece.decrypt(body, private_key=browser, auth_secret=AUTH, version="aes128gcm")
    assert json.loads(plain) == {
        "id": "m1", "kind": "task_new", "count": 2, "language": "zh-hans", "drill": False,
    }  # fmt: skip
    # RFC 8292: a token for this origin, signed by the key that browsers subscribed with.
    scheme, _, rest = headers["Authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, given["k"]) == ("vapid", push.signer.public_key())
    head, claims, signature = given["t"].split(".")
    said = json.loads(from_url_base64(claims))
    assert said["aud"] == f"https://{HOST}:{service.port}"
    assert said["sub"] == "https://ward.example.org"
    raw = from_url_base64(signature)
    known = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), from_url_base64(given["k"])
    )
    known.verify(
        encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )


@pytest.mark.parametrize(("status", "headers", "outcome", "wait_s"), [
    (404, {}, PushOutcome.GONE, 0.0), (410, {}, PushOutcome.GONE, 0.0),
    (413, {}, PushOutcome.REFUSED, 0.0), (403, {}, PushOutcome.REFUSED, 0.0),
    (429, {"Retry-After": "77"}, PushOutcome.LATER, 77.0), (503, {}, PushOutcome.LATER, 0.0),
    (302, {"Location": "https://127.0.0.1/private"}, PushOutcome.REFUSED, 0.0),
])  # fmt: skip
def test_what_the_service_says_decides_and_no_redirect_is_followed(
    service: PushService, browser: ec.EllipticCurvePrivateKey, status: int,
    headers: dict[str, str], outcome: PushOutcome, wait_s: float,
) -> None:  # fmt: skip
    service.status, service.headers = status, headers
    answer = sender(service)(message(service, browser))
    assert (answer.outcome, answer.retry_after_s) == (outcome, wait_s)
    assert len(service.taken) == 1


def test_a_certificate_for_another_name_is_not_taken(
    service: PushService, browser: ec.EllipticCurvePrivateKey
) -> None:
    told = message(service, browser)
    other = f"https://other.example.org:{service.port}/send/abc"
    lured = ClaimedMessage(
        told.message, other, told.p256dh, told.auth, told.language, told.kind, 1, False, 60
    )
    assert sender(service)(lured).outcome is PushOutcome.LATER
    assert service.taken == []


@pytest.mark.parametrize("endpoint", [
    "http://push.example.org/x", "https://push.example.org:8443/x", "https://127.0.0.1/x",
    "https://[::1]/x", "https://10.1.2.3/x", "https://169.254.169.254/latest", "https://localhost/x",
    "https://[::ffff:127.0.0.1]/x", "https://user:secret@push.example.org/x", "ftp://a.b/x", "x",
    "https://intranet/x", "https://push.example.org:99999/x",
])  # fmt: skip
def test_addresses_inside_or_unusual_cannot_be_registered(endpoint: str) -> None:
    assert not Doors().may_name(endpoint)


def test_a_public_name_may_be_registered() -> None:
    assert Doors().may_name("https://fcm.googleapis.com/fcm/send/abc")


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["1.1.1.1", "127.0.0.1"], []])
def test_a_name_that_leads_inside_is_refused_when_it_is_used(
    browser: ec.EllipticCurvePrivateKey, addresses: list[str]
) -> None:
    signer = PushSigner.from_secret("s", "http://localhost:8135")
    push = PushSender(signer, Doors(resolve=lambda _host, _port: addresses))
    told = message(PushService(port=443), browser)
    assert push(told).outcome is PushOutcome.REFUSED


def test_a_name_that_nobody_knows_is_tried_later(browser: ec.EllipticCurvePrivateKey) -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    push = PushSender(PushSigner.from_secret("s", "http://localhost"), Doors(resolve=nobody))
    assert push(message(PushService(port=443), browser)).outcome is PushOutcome.LATER


def test_keys_that_are_no_keys_are_refused(service: PushService) -> None:
    told = ClaimedMessage(
        "m", f"https://{HOST}:{service.port}/s", url_base64(b"\x04" + b"\x01" * 64),
        url_base64(AUTH), "en", NoticeKind.TASK_NEW, 1, False, 60,
    )  # fmt: skip
    assert sender(service)(told).outcome is PushOutcome.REFUSED


def test_the_key_follows_from_the_secret_and_signs_for_a_server_without_https() -> None:
    one, again, other = (
        PushSigner.from_secret(secret, "http://localhost:8135") for secret in ("a", "a", "b")
    )
    assert one.public_key() == again.public_key() != other.public_key()
    assert len(from_url_base64(one.public_key())) == 65
    assert one.headers_for("https://push.example.org/x", 0.0)["Authorization"].startswith(
        "vapid t="
    )


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("192.168.1.1", False),
    ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
    ("fe80::1%eth0", False), ("::ffff:10.0.0.1", False),
    ("2002:0a00:0001::1", False), ("64:ff9b::a00:1", False), ("not an address", False),
])  # fmt: skip
def test_only_addresses_of_the_public_internet_count(address: str, public: bool) -> None:
    assert is_public(address) is public
    assert ipaddress.ip_address("8.8.8.8").is_global
