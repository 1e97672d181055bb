"""The four types of images."""

from typing import Literal, get_args

LogoType = Literal["simple", "text", "gradient", "complex"]

LOGO_TYPES: tuple[LogoType, ...] = get_args(LogoType)
"""The types in the order of the classifier's outputs."""
