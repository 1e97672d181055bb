"""Traces cost nothing where nobody asks for them."""

import subprocess
import sys

import pytest

from svgai.serve.tracing.traces import NoTraces, open_traces

LOADED = """
import sys
from svgai.serve.tracing.traces import open_traces
from svgai.serve.bento.application import SvgAiAppFactory
open_traces(None, "1")
print([name for name in sys.modules if name.startswith("opentelemetry.exporter") or name == "urllib3"])
"""


@pytest.mark.slow
def test_nothing_is_loaded_where_no_endpoint_is_named() -> None:
    """Neither the exporter nor what it sends with, in all of the application."""
    shown = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_without_an_endpoint_the_application_is_what_it_was() -> None:
    """Nothing is put around it, and batches ride alone."""

    async def app(*_: object) -> None: ...

    traces = open_traces(None, "1")
    assert isinstance(traces, NoTraces)
    assert traces.around(app) is app
    with traces.batch("classify", [traces.rider()]):
        pass
