"""
A Bento served on this machine until it is stopped.

This process becomes the service. A second one, `python -m commands.delivery.local_service`, waits until it is ready,
prints that, and exits.
"""

import os
import subprocess
import sys
from contextlib import suppress
from typing import NoReturn

from commands.delivery.built_bentos import bento_folder
from commands.terminal.console import Console
from rollout.ports import http_address
from rollout.readiness import wait_until_ready
from rollout.service_process import environment, serve_command
from svgai.errors import SvgAiError


def serve_bento(tag: str, host: str, port: int) -> NoReturn:
    """Become the service of a Bento, so that nothing of this command stays in memory. Prints its address once ready."""
    folder = bento_folder(tag)
    sys.stdout.flush()
    sys.stderr.flush()
    subprocess.Popen([sys.executable, "-m", "commands.delivery.local_service", tag, http_address(host, port)])
    command = serve_command(folder, host, port)
    os.execve(command[0], command, os.environ | environment(folder))  # noqa: S606 - the command is ours  # nosec B606


def say_when_ready(tag: str, url: str, server: int, console: Console) -> None:
    """Wait until the service of the parent process is ready, and print its address."""

    def ended() -> str | None:
        return None if os.getppid() == server else "the service ended"

    try:
        wait_until_ready(f"{url}/readyz", ended)
    except SvgAiError as fault:
        console.say(f"{fault}; its log above says why")
    else:
        console.say(welcome(tag, url))


def welcome(tag: str, url: str) -> str:
    """The message for a service that is ready: its addresses, and a command to try it."""
    return f"""
[bold]{tag} is ready[/bold]
  convert   {url}/api/convert
  classify  {url}/api/classify
  optimize  {url}/api/optimize
  status    {url}/api/ai-status    {url}/readyz    {url}/metrics
  page      {url}/
  API       {url}/docs

Try it:
  curl -s -F image=@docs/images/example.png -H 'Accept: image/svg+xml' {url}/api/convert -o example.svg
The models in MLflow:
  make mlflow    (then open http://127.0.0.1:5000, "Model training", "Models")
Ctrl-C stops the service.
"""


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        say_when_ready(sys.argv[1], sys.argv[2], os.getppid(), Console())
