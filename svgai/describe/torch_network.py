"""
The classifier's network in torch, for training and for serving a .pth file.

Not imported by the service unless it is given a .pth file: the ONNX export needs no torch.
"""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from svgai.array_types import Pixels
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES


class LogoNetwork(nn.Module):
    """
    A small convolutional network over the picture, joined by the image's features; and a second opinion by these alone.

    Input: pixels (n, 3, side, side) uint8 and features (n, len(FEATURE_NAMES)) float32. Output: probabilities (n, 4).
    `feature_mean`, `feature_scale`, `temperature`, `second_share` (of the second opinion, 0-1) and `preference` (added
    to the logarithms of the types) are set by training and stored with the weights.
    """

    feature_mean: Tensor
    feature_scale: Tensor
    temperature: Tensor
    second_share: Tensor
    preference: Tensor

    def __init__(self, width: int = 12, feature_dropout: float = 0.2) -> None:
        super().__init__()
        self.register_buffer("feature_mean", torch.zeros(len(FEATURE_NAMES)))
        self.register_buffer("feature_scale", torch.ones(len(FEATURE_NAMES)))
        self.register_buffer("temperature", torch.ones(1))
        self.register_buffer("second_share", torch.zeros(1))
        self.register_buffer("preference", torch.zeros(len(LOGO_TYPES)))
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
        self.second = nn.Sequential(
            nn.Dropout(feature_dropout),
            nn.Linear(len(FEATURE_NAMES), 64),
            nn.ReLU(),
            nn.Dropout(feature_dropout),
            nn.Linear(64, 64),
            nn.ReLU(),
            nn.Linear(64, len(LOGO_TYPES)),
        )

    def logits(self, pixels: Tensor, features: Tensor) -> Tensor:
        """Unscaled scores (n, 4) by picture and features."""
        picture = self.picture(pixels.to(torch.float32) / 127.5 - 1)
        scores: Tensor = self.head(torch.cat([picture, self.numbers(self._scaled(features))], dim=1))
        return scores

    def second_logits(self, features: Tensor) -> Tensor:
        """Unscaled scores (n, 4) by features alone."""
        scores: Tensor = self.second(self._scaled(features))
        return scores

    def combined(self, logits: Tensor, second_logits: Tensor) -> Tensor:
        """Probabilities (n, 4) of both opinions."""
        first = torch.log_softmax(logits / self.temperature, dim=1)
        second = torch.log_softmax(second_logits, dim=1)
        return torch.softmax(first + self.second_share * (second - first) + self.preference, dim=1)

    def forward(self, pixels: Tensor, features: Tensor) -> Tensor:
        return self.combined(self.logits(pixels, features), self.second_logits(features))

    def _scaled(self, features: Tensor) -> Tensor:
        return ((features - self.feature_mean) / self.feature_scale).clamp(-4, 4)


def _convolution(inputs: int, outputs: int, stride: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class TorchClassifier:
    """Serves a .pth file of LogoNetwork weights."""

    provider = "torch"

    def __init__(self, data: bytes, path: Path) -> None:
        try:
            weights = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
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
