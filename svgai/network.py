"""
The classifier's network in torch, for training and for serving a .pth file.

Not imported by the service unless it is given a .pth file: the ONNX export needs no torch.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from svgai.errors import ModelFault
from svgai.features import FEATURE_NAMES
from svgai.images import Pixels
from svgai.logo_types import LOGO_TYPES


class LogoNetwork(nn.Module):
    """
    A small convolutional network over the picture, joined by the image's features.

    Input: pixels (n, 3, side, side) uint8 and features (n, len(FEATURE_NAMES)) float32. Output: probabilities (n, 4).
    `feature_mean`, `feature_scale` and `temperature` are set by training and travel with the weights.
    """

    feature_mean: Tensor
    feature_scale: Tensor
    temperature: Tensor

    def __init__(self, width: int = 12, feature_dropout: float = 0.2) -> None:
        super().__init__()
        self.register_buffer("feature_mean", torch.zeros(len(FEATURE_NAMES)))
        self.register_buffer("feature_scale", torch.ones(len(FEATURE_NAMES)))
        self.register_buffer("temperature", torch.ones(1))
        self.picture = nn.Sequential(
            _convolution(3, width, 2),
            _convolution(width, 2 * width, 2),
            _convolution(2 * width, 4 * width, 2),
            _convolution(4 * width, 8 * width, 2),
            _convolution(8 * width, 8 * width, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.numbers = nn.Sequential(
            nn.Dropout(feature_dropout), nn.Linear(len(FEATURE_NAMES), 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(8 * width + 64, len(LOGO_TYPES)))

    def logits(self, pixels: Tensor, features: Tensor) -> Tensor:
        """Unscaled scores (n, 4)."""
        picture = self.picture(pixels.to(torch.float32) / 127.5 - 1)
        numbers = self.numbers(((features - self.feature_mean) / self.feature_scale).clamp(-4, 4))
        scores: Tensor = self.head(torch.cat([picture, numbers], dim=1))
        return scores

    def forward(self, pixels: Tensor, features: Tensor) -> Tensor:
        return torch.softmax(self.logits(pixels, features) / self.temperature, dim=1)


def _convolution(inputs: int, outputs: int, stride: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class TorchClassifier:
    """Serves a .pth file of LogoNetwork weights."""

    provider = "torch"

    def __init__(self, path: Path) -> None:
        try:
            weights = torch.load(path, map_location="cpu", weights_only=True)
            self._network = LogoNetwork()
            self._network.load_state_dict(weights)
        except Exception as fault:
            raise ModelFault(f"{path} does not hold the weights of this network: {fault}") from fault
        self._network.eval()

    def run(self, pixels: Pixels, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probabilities (n, 4) of network inputs."""
        with torch.inference_mode():
            answer: npt.NDArray[np.float32] = self._network(
                torch.from_numpy(pixels), torch.from_numpy(features)
            ).numpy()
        return answer
