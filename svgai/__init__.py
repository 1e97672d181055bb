"""Raster logos to the smallest SVG of a promised quality: everything that ships in the Bento."""

import os

# ONNX Runtime reports to its makers from the moment that it is loaded, unless it is told not to before.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
