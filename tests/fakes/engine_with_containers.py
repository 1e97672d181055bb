"""A podman for tests that runs a Python program in the place of the container that it was asked for."""

import sys
from pathlib import Path

from containers.engine import CommandEngine

READY = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
"""A service that is ready at once, and does no more."""

_ENGINE = """
import os, signal, subprocess, sys, time
from pathlib import Path
state, program = Path({state!r}), {program!r}
what, *rest = sys.argv[1:]
command, pid, ended = state / "command", state / "pid", state / "ended"
def wait_for(file):
    while not file.exists() or not file.read_text():
        time.sleep(0.01)
def send(number):
    if not ended.exists():
        os.kill(int(pid.read_text()), number)
        wait_for(ended)
if what == "create":
    if rest[-1] == "absent":
        sys.exit("Error: no such image")
    command.write_text(" ".join(rest))
elif what == "start":
    if not program:
        sys.exit("Error: no space left")
    watcher = [sys.executable, __file__, "watch", command.read_text().partition("PORT=")[2].split()[0]]
    nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.Popen(watcher, start_new_session=True, **nowhere)
    wait_for(pid)
elif what == "watch":
    with (state / "out").open("wb") as out, (state / "err").open("wb") as err:
        environment = {{**os.environ, "PORT": rest[0]}}
        process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=out, stderr=err)
    pid.write_text(str(process.pid))
    code = process.wait()
    ended.write_text(str(code if code >= 0 else 128 - code))
elif what == "inspect":
    running = not ended.exists()
    told = {{"Pid": pid.read_text() if running else 0, "Running": str(running).lower(), "ExitCode": 0}}
    told["ExitCode"] = 0 if running else ended.read_text()
    print(next(told[name] for name in told if name in rest[1]))
elif what == "logs":
    sys.stdout.write((state / "out").read_text())
    sys.stderr.write((state / "err").read_text())
elif what == "stop":
    send(signal.SIGTERM)
elif what == "rm":
    if pid.exists():
        send(signal.SIGKILL)
    for file in state.iterdir():
        file.unlink()
"""


def engine_with_containers(folder: Path, program: str) -> tuple[CommandEngine, Path]:
    """
    An engine whose containers run `program`, with a port in PORT; without a program none can be started.

    Gives also the folder in which it keeps what there is of its one container: empty where there is none.
    """
    state = folder / "containers"
    state.mkdir()
    command = folder / "podman"
    command.write_text(f"#!{sys.executable}\n{_ENGINE.format(state=str(state), program=program)}")
    command.chmod(0o755)
    return CommandEngine("podman", str(command)), state
