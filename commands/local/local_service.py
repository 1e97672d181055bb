"""A Bento served on this machine until it is stopped."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import bentoml

from commands.terminal.console import Console
from rollout.service_process import environment, serve_command

READY_WITHIN_S = 60


def serve_bento(tag: str, host: str, port: int, console: Console) -> int:
    """Serve a Bento until it ends or is stopped; gives its exit code, 0 when stopped. Says where it is once ready."""
    folder = Path(bentoml.bentos.get(tag).path)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(serve_command(folder, host, port), env=os.environ | environment(folder))
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
