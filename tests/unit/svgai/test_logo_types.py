"""The order of the types is a contract with every trained model."""

from svgai.logo_types import LOGO_TYPES


def test_the_order_is_fixed() -> None:
    """Outputs of trained networks are read in this order."""
    assert LOGO_TYPES == ("simple", "text", "gradient", "complex")
