"""Raster logos to the smallest SVG of a promised quality: everything that ships in the Bento."""

import os

# ONNX Runtime sends telemetry from the moment that it is loaded, unless this is set before.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
