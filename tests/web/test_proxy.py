"""Behind nginx, as the documentation sets it up: HTTPS, real addresses, nothing public that should not be."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme
from running_site import Site, free_port

from bench.stack import until_it_listens

PROJECT = Path(__file__).resolve().parents[2]


class Shopper(httpx.Client):
    neighbour: httpx.Client


@pytest.fixture
def shop(start_site: Callable[..., Site], tmp_path: Path) -> Iterator[Shopper]:
    """A client that reaches the site over HTTPS, through nginx."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path=str(PROJECT / ".tools" / "nginx" / "usr" / "sbin"))
    assert nginx, "these tests need nginx: scripts/setup test fetches it where apt-get is there"
    port = free_port()
    site = start_site(PUBLIC_URL=f"https://127.0.0.1:{port}", TRUSTED_PROXIES="1", LIMIT_LOCAL_CALLERS="0")
    certificate, key = tmp_path / "chat.pem", tmp_path / "chat.key"
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(key)
    for part in issued.cert_chain_pems:
        part.write_to_path(certificate, append=True)
    documented = (PROJECT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for ours, theirs in (
        ("127.0.0.1:8000", f"127.0.0.1:{site.base_url.port}"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("/etc/ssl/certs/chat.pem", str(certificate)),
        ("/etc/ssl/private/chat.key", str(key)),
    ):
        assert ours in documented
        documented = documented.replace(ours, theirs)
    scratch = "".join(
        f"{kind}_temp_path {tmp_path / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"daemon off; pid {tmp_path / 'nginx.pid'}; error_log {tmp_path / 'error.log'};\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{scratch}{documented}\n}}\n",
        encoding="utf-8",
    )
    running = subprocess.Popen([nginx, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(whole)])
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    client = Shopper(
        base_url=f"https://127.0.0.1:{port}",
        verify=trusting,
        timeout=120,
        transport=httpx.HTTPTransport(verify=trusting),
    )
    client.neighbour = httpx.Client(  # another machine, as far as nginx can tell
        base_url=client.base_url,
        timeout=120,
        transport=httpx.HTTPTransport(verify=trusting, local_address="127.0.0.2"),
    )
    until_it_listens(running, port)
    yield client
    client.neighbour.close()
    client.close()
    running.terminate()
    running.wait(120)


def test_a_shopper_is_answered_over_https_and_cookies_stay_there(shop: Shopper) -> None:
    begun = shop.post("/api/v1/conversations").json()
    answered = shop.post(
        f"/api/v1/conversations/{begun['conversation_id']}/messages",
        headers={"Authorization": f"Bearer {begun['token']}"},
        json={"message_id": "m1", "text": "hello"},
    )
    assert answered.json()["messages"][0]["text"] == "Hello, I am the store's assistant."
    assert answered.headers["x-content-type-options"] == "nosniff"
    said = shop.post("/chat", data={"message_id": "0" * 32, "text": "hello"}, headers={"Origin": str(shop.base_url)})
    assert said.status_code == 303 and "secure" in said.headers["set-cookie"].lower()
    assert b"LifecycleChat" in shop.get("/widget.js").content


def test_limits_count_the_real_address_whatever_a_caller_claims(shop: Shopper) -> None:
    claims = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(61)]
    statuses = [shop.post("/api/v1/conversations", headers=claim).status_code for claim in claims]
    assert statuses == [201] * 60 + [429]
    assert shop.neighbour.post("/api/v1/conversations").status_code == 201


def test_what_is_for_monitoring_or_too_large_does_not_pass(shop: Shopper) -> None:
    assert [shop.get(path).status_code for path in ("/metrics", "/readyz", "/healthz")] == [404, 404, 200]
    assert shop.post("/hooks/orders", content=b"x" * 1_100_000).status_code == 413
