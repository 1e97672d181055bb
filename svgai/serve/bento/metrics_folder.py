"""
The folder in which the service's processes keep their metrics.

BentoML uses its home, or a folder for temporary files if it cannot create that one. It uses an existing empty folder
without checking that it is writable: in a container that runs as a user of any number, as in OpenShift, or on a root
that is read-only, every call of /readyz and /metrics would then answer 500.
"""

import logging
import os
import tempfile
from pathlib import Path

from bentoml._internal.configuration.containers import BentoMLContainer

logger = logging.getLogger("svgai.processes")


def keep_metrics_where_they_can_be_written() -> None:
    """Called in the process that starts the workers, before BentoML chooses the folder; a worker is told its own."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return
    folder = Path(BentoMLContainer.prometheus_multiproc_dir.get())
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        other = tempfile.mkdtemp(prefix="svgai-metrics-")
        logger.info("metrics are kept elsewhere", extra={"not_writable": str(folder), "folder": other})
        BentoMLContainer.prometheus_multiproc_dir.set(other)
