import socket

import pytest

from registry.connection import connect
from svgai.errors import RegistryFault


def test_a_server_that_does_not_answer_is_named_at_once() -> None:
    """Instead of after minutes of retries."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(RegistryFault, match=uri):
            connect(uri)
