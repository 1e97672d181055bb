"""The four types of images that SVG-AI tells apart."""

from typing import Literal, get_args

LogoType = Literal["simple", "text", "gradient", "complex"]

LOGO_TYPES: tuple[LogoType, ...] = get_args(LogoType)
"""The types in the order of the classifier's outputs."""
