"""The Bento that was built here last, and serving it on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import bentoml

from commands.console import Console
from svgai.errors import SvgAiError

BUILT = Path(".svgai/bento")
"""Holds the tag of the Bento that was built in this folder last: the BentoML store is shared by all projects."""

READY_WITHIN_S = 60


def remember_bento(tag: str) -> None:
    """Note a Bento as the one to serve from this folder."""
    BUILT.parent.mkdir(exist_ok=True)
    partial = BUILT.with_suffix(".partial")
    partial.write_text(f"{tag}\n", encoding="utf-8")
    partial.replace(BUILT)


def built_bento() -> str | None:
    """The tag of the Bento that was built in this folder last, if it is still in the store."""
    if not BUILT.is_file():
        return None
    tag = BUILT.read_text(encoding="utf-8").strip()
    try:
        bentoml.bentos.get(tag)
    except bentoml.exceptions.NotFound:
        return None
    return tag


def require_free(host: str, port: int) -> None:
    """
    See that a server may listen on an address.

    Raises:
        SvgAiError: it is taken, as by a server that still runs, or is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise SvgAiError(f"cannot serve on port {port} of {host}: {fault.strerror}") from fault


def serve_bento(tag: str, host: str, port: int, console: Console) -> int:
    """Serve a Bento until it ends or is stopped; gives its exit code, 0 when stopped. Says where it is once ready."""
    command = [sys.executable, "-m", "bentoml", "serve", tag, "--host", host, "--port", str(port)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(command, env={**os.environ, "BENTOML_DO_NOT_TRACK": "True"})
    try:
        if _ready(server, f"http://{host}:{port}/readyz"):
            console.say(_welcome(tag, f"http://{host}:{port}"))
        elif server.poll() is None:
            console.say(f"the service is still not ready after {READY_WITHIN_S} s; its log above says why")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if server.poll() is None:
            # From a terminal Ctrl-C reached the server, too; it finishes what is in flight either way.
            server.terminate()
            server.wait()


def _ready(server: subprocess.Popen[bytes], url: str) -> bool:
    # The server is on this machine, where no proxy of the environment leads.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with direct.open(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _welcome(tag: str, url: str) -> str:
    return f"""
[bold]{tag} is ready[/bold]
  convert   {url}/api/convert
  classify  {url}/api/classify
  optimize  {url}/api/optimize
  status    {url}/api/ai-status    {url}/readyz    {url}/metrics
  API       {url}/docs.json

Try it:
  curl -s -F image=@docs/images/example.png -H 'Accept: image/svg+xml' {url}/api/convert -o example.svg
The models in MLflow:
  make mlflow    (then open http://127.0.0.1:5000, "Model training", "Models")
Ctrl-C stops the service.
"""
