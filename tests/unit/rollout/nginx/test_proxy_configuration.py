"""nginx's configuration: that nginx takes it in every form, and what depends on what."""

import shutil
import subprocess
from pathlib import Path

import pytest

from rollout.nginx.proxy_configuration import Page, ProxyConfiguration, Tls, Trial

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
SETS = {"live": ["127.0.0.1:20001", "127.0.0.1:20002"], "new": ["127.0.0.1:20003", "127.0.0.1:20004"]}


def configuration(folder: Path, **changes: object) -> ProxyConfiguration:
    values: dict[str, object] = {
        "folder": folder,
        "temp": folder / "temp",
        "errors": str(folder / "error.log"),
        "listen": "127.0.0.1:29999",
        "live": ["127.0.0.1:20001"],
        "version": (1, 22, 1),
        "max_body_bytes": 1000,
    }
    return ProxyConfiguration(**values | changes)  # type: ignore[arg-type]


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"live": []},
        {"live": SETS["live"], "generation": "g", "requests_at_once": 64},
        {**SETS, "share": 10, "log": "answers.log", "trial": Trial("token")},
        {**SETS, "share": 0, "trial": Trial("token"), "requests_at_once": 8},
        {"new": ["127.0.0.1:20003"], "share": 20},
        {"pages": [Page("127.0.0.1:29998", "127.0.0.1:20005")]},
    ],
)
def test_nginx_takes_it(tmp_path: Path, changes: dict[str, object]) -> None:
    """With one service or a set of replicas, a canary, a trial, limits, other servers' pages and TLS."""
    (tmp_path / "temp").mkdir()
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*request, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True)
    file = tmp_path / "nginx.conf"
    file.write_text(configuration(tmp_path, tls=Tls(str(chain), str(key)), **changes).render())
    assert NGINX
    done = subprocess.run(
        [NGINX, "-t", "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_request_is_sent_to_another_replica_and_to_the_same_service_once_more(tmp_path: Path) -> None:
    """A set has each replica once, a single service stands there twice; neither is ever given up as a whole."""
    one, two = configuration(tmp_path).render(), configuration(tmp_path, **SETS).render()
    assert one.count("server 127.0.0.1:20001 max_fails=0;") == 2
    assert two.count("server 127.0.0.1:20001 ") == 1
    assert "proxy_next_upstream error timeout http_503 non_idempotent;" in two
    assert "proxy_next_upstream error non_idempotent;" in one


def test_without_a_trial_no_header_leads_to_the_new_service(tmp_path: Path) -> None:
    """Only its token does, while there is one."""
    assert "x_svgai_trial" not in configuration(tmp_path, **SETS, share=10).render()
    assert '"token" new;' in configuration(tmp_path, **SETS, trial=Trial("token")).render()
