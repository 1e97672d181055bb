"""Which of the four types an image is: the trained network, as ONNX (or torch weights where torch is installed)."""

import json
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import onnxruntime

from svgai.array_types import Floats, Pixels
from svgai.decode.pixels import Ground, composite, contrasting_ground, edge_pixels, median_colour, resize
from svgai.describe.execution_providers import CPU, Provider, choose_providers, open_session
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES

INPUT_SIDE = 96
"""Side, in pixels, of the square that the network sees."""
PARITY = 1e-4
"""Largest difference between the probabilities of an exported network and those of its torch weights."""

Probabilities = Floats


class Network(Protocol):
    """Anything that turns network inputs (n, 3, side, side) uint8 and features (n, f) into probabilities (n, 4)."""

    @property
    def provider(self) -> str:
        """ONNX Runtime's name of its execution provider, or torch."""

    def run(self, pixels: Pixels, features: Floats) -> Probabilities: ...


class Classifier:
    """A network with its version. `version` is the registry's number, or the start of the file's digest."""

    def __init__(self, network: Network, version: str) -> None:
        self.version = version
        self._network = network

    @property
    def provider(self) -> str:
        """The execution provider."""
        return self._network.provider

    def probabilities(self, pictures: Pixels, features: Floats) -> Probabilities:
        """Probabilities (n, 4), in the order of LOGO_TYPES, of pictures (n, 3, side, side) with features (n, f)."""
        return self._network.run(pictures, features)


def load_network(path: Path, *, gpu: bool = False) -> Network:
    """
    Load a network from classifier.onnx, or from a .pth file where torch is installed.

    With `gpu` an .onnx file is computed on a GPU where there is one, else on the CPU.

    Raises:
        ModelFault: the file is not such a network, or was trained on other features or classes.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        kind = "does not hold the weights of this network" if path.suffix == ".pth" else "is not a readable ONNX model"
        raise ModelFault(f"{path} {kind}: {fault}") from fault
    return network_from(data, path, gpu=gpu)


def network_from(data: bytes, path: Path, *, gpu: bool = False) -> Network:
    """The same from the bytes of the file; the path is only for messages."""
    if path.suffix == ".pth":
        try:
            from svgai.describe.torch_network import TorchClassifier  # noqa: PLC0415 - torch only where a .pth is served
        except ImportError:
            raise ModelFault(f"{path.name} needs torch, which is not installed; serve the .onnx file") from None
        return TorchClassifier(data, path)
    return OnnxNetwork(data, path, gpu=gpu)


class OnnxNetwork:
    """The exported network on ONNX Runtime, one thread: requests share cores through processes and batches."""

    def __init__(self, data: bytes, path: Path, *, gpu: bool = False) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Errors are raised; printing them, too, would not be in the log's format.
        options.log_severity_level = 4
        providers = choose_providers(onnxruntime.get_available_providers()) if gpu else (CPU,)

        def make(used: list[Provider]) -> onnxruntime.InferenceSession:
            # Its own fallback prints outside of the log, and does not tell the caller.
            return onnxruntime.InferenceSession(data, options, providers=used, enable_fallback=0)

        try:
            self._session = open_session(make, providers)
        except Exception as fault:
            raise ModelFault(f"{path} is not a readable ONNX model: {fault}") from fault
        held = self._session.get_modelmeta().custom_metadata_map
        for name, expected in description().items():
            if held.get(name) != expected:
                raise ModelFault(f"{path} was made for other {name} than this version of SVG-AI: {held.get(name)}")

    @property
    def provider(self) -> str:
        return str(self._session.get_providers()[0])

    def run(self, pixels: Pixels, features: Floats) -> Probabilities:
        answer = self._session.run(["probabilities"], {"pixels": pixels, "features": features})[0]
        return np.asarray(answer, np.float32)


def description() -> dict[str, str]:
    """The metadata of a network file, and the values that this code can serve."""
    return {
        "classes": json.dumps(LOGO_TYPES),
        "features": json.dumps(FEATURE_NAMES),
        "input_side": str(INPUT_SIDE),
    }


def network_input(rgba: Pixels) -> Pixels:
    """
    The network's input (3, INPUT_SIDE, INPUT_SIDE) for a straight-alpha image.

    The image keeps its aspect ratio; the rest of the square has the colour of the image's border.
    """
    height, width = rgba.shape[:2]
    scale = INPUT_SIDE / max(height, width)
    inner = resize(rgba, max(1, round(width * scale)), max(1, round(height * scale)))
    return squared_picture(inner, contrasting_ground(rgba))


def squared_picture(inner: Pixels, ground: Ground) -> Pixels:
    """The same of an image whose longest side has INPUT_SIDE pixels, on the background of the original image."""
    rgb = composite(inner, ground)
    beside, below = INPUT_SIDE - rgb.shape[1], INPUT_SIDE - rgb.shape[0]
    left, top = beside // 2, below // 2
    colour = median_colour(edge_pixels(rgb)).tolist()
    square = cv2.copyMakeBorder(rgb, top, below - top, left, beside - left, cv2.BORDER_CONSTANT, value=colour)
    return np.ascontiguousarray(square.transpose(2, 0, 1))
