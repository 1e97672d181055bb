"""A Bento served on this machine until it is stopped."""

import os
import signal
import subprocess
from pathlib import Path

import bentoml

from commands.terminal.console import Console
from rollout.ports import http_address
from rollout.readiness import wait_until_ready
from rollout.service_process import environment, serve_command
from svgai.errors import SvgAiError


def serve_bento(tag: str, host: str, port: int, console: Console) -> int:
    """Serve a Bento until it ends or is stopped; gives its exit code, 0 when stopped. Says where it is once ready."""
    folder = Path(bentoml.bentos.get(tag).path)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(serve_command(folder, host, port), env=os.environ | environment(folder))
    try:
        _say_when_ready(server, http_address(host, port), tag, console)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if server.poll() is None:
            # From a terminal Ctrl-C reached the server, too; it finishes what is in flight either way.
            server.terminate()
            server.wait()


def _say_when_ready(server: subprocess.Popen[bytes], url: str, tag: str, console: Console) -> None:
    def ended() -> str | None:
        return None if server.poll() is None else f"the service ended with code {server.returncode}"

    try:
        wait_until_ready(f"{url}/readyz", ended)
    except SvgAiError as fault:
        console.say(f"{fault}; its log above says why")
    else:
        console.say(welcome(tag, url))


def welcome(tag: str, url: str) -> str:
    """What a person is told of a service that is ready: its addresses, and a line to try it."""
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
