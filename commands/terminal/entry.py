"""The entry point of the command line: its environment, and errors without tracebacks."""

import atexit
import gc
import importlib.metadata
import logging
import os
import sys
from collections.abc import Callable

import typer

from commands.terminal.console import Console
from svgai.errors import GateFailed, SvgAiError


def show_version(asked: bool) -> None:
    """Print the version and exit, for --version."""
    if asked:
        sys.stdout.write(f"svgai {importlib.metadata.version('svgai')}\n")
        raise typer.Exit


def run(app: Callable[[], object]) -> None:
    """Run the command; a fault is one line on stderr and exit code 1, never a traceback."""
    for name in ("MLFLOW_DISABLE_TELEMETRY", "BENTOML_DO_NOT_TRACK"):
        os.environ.setdefault(name, "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    # By MLflow's own defaults it takes ten minutes to report that its server is unavailable.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "8")
    # Without spinning threads training is twice as fast when anything else runs on the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # A command makes some hundred thousand objects that it keeps, mostly of MLflow's modules: looking for garbage among
    # them after every 700 took a fifth of its time.
    gc.set_threshold(50_000, 20, 100)
    # When a process ends Python looks for garbage among all of them once more, for a quarter of a command's time.
    atexit.register(gc.freeze)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        app()
    except GateFailed as failed:
        reasons = "\n".join(f"  {reason}" for reason in failed.reasons)
        Console.fault(f"the gates are not passed:\n{reasons}\nmake another version with: svgai train")
        sys.exit(1)
    except KeyboardInterrupt:  # of a program that is no typer app
        sys.exit(130)
    except (SvgAiError, OSError) as fault:  # a full disk or a wrong path deserves no traceback either
        Console.fault(str(fault))
        sys.exit(1)
