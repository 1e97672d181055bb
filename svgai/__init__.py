"""Converts raster logos to the smallest SVG of a target quality: everything that ships in the Bento."""

import os

# ONNX Runtime sends telemetry as soon as it is loaded, unless this is set before.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
