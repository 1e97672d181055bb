"""TLS at a proxy, as docs/security.md sets it up, with a real nginx."""

import base64
import getpass
import re
import ssl
import subprocess
import time
from collections.abc import Iterator

import httpx
import numpy as np
import pytest

from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from tests.integration.servers.served import ROOT, START_SECONDS, Served
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

DOCUMENT = ROOT / "docs" / "security.md"


@pytest.fixture(scope="module")
def encrypted(service: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client that trusts the certificate of the nginx in front of a service."""
    nginx, folder, port = program("nginx"), tmp_path_factory.mktemp("tls"), free_port()
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    written = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([program("openssl"), "req", "-x509", *named, *written], check=True, capture_output=True)
    block = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert block
    server = (
        block[1]
        .replace("/etc/letsencrypt/live/svg.example.org", str(folder))
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("127.0.0.1:3000", f"127.0.0.1:{service.client.base_url.port}")
    )
    configured = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configured.write_text(
        # Whoever runs the test owns the folder; without rights of root the line says nothing.
        f"user {getpass.getuser()}; daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}} http {{ access_log off; {temporary}\n{server}}}"
    )
    process = subprocess.Popen([nginx, "-c", configured, "-p", folder])
    trusting = ssl.create_default_context(cafile=str(certificate))
    try:
        with httpx.Client(base_url=f"https://localhost:{port}", verify=trusting, timeout=60) as client:
            _wait_for(client)
            yield client
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("nginx does not answer")


def test_images_are_converted_over_tls(encrypted: httpx.Client) -> None:
    """The configuration in the document is one that nginx takes, and browsers are told to stay with TLS."""
    image = base64.b64encode(encode_png(np.full((16, 16, 4), 255, np.uint8))).decode()
    answer = encrypted.post("/api/convert", json={"image": image})
    assert answer.status_code == 200
    assert answer.json()["svg"].startswith("<svg")
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_service_refuses_what_is_too_large_in_its_own_words(encrypted: httpx.Client) -> None:
    answer = encrypted.post("/api/convert", content=b"x" * 10_100_000)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_the_protocol_is_a_present_one(encrypted: httpx.Client) -> None:
    with encrypted.stream("GET", "/livez") as answer:
        connection = answer.extensions["network_stream"].get_extra_info("ssl_object")
        assert connection.version() in {"TLSv1.2", "TLSv1.3"}
