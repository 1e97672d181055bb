"""What `svgai convert` is put together of."""

import pytest

from commands.use.conversion_command import service_converter
from svgai.settings import load_settings


def test_a_service_is_called_with_the_key_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never with a hash of API_KEYS, which no service accepts; and it is not shown."""
    monkeypatch.setenv("API_KEYS", f"shop:sha256:{'0' * 64}")
    monkeypatch.setenv("CLIENT_API_KEY", "beta2")
    converter = service_converter("http://a", load_settings(), {})
    assert converter.api_key == "beta2"
    assert "beta2" not in repr(converter)
