import random
import socket

import pytest

from rollout.ports import free_port, http_address, require_free
from svgai.errors import SvgAiError


def test_an_address_in_use_is_refused() -> None:
    """Else the server that is there would be taken for the one that could not start."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SvgAiError, match=f"cannot serve on port {port} of 127.0.0.1: Address already in use"):
            require_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["a..b", "a" * 70])
def test_what_can_be_no_host_is_refused(host: str) -> None:
    """Its letters say so, before anything is asked."""
    with pytest.raises(SvgAiError, match="it is no name of a host"):
        require_free(host, 80)


def test_a_free_address_is_left_free() -> None:
    """It is only looked at; a host that there is not is a fault."""
    port = free_port()
    require_free("127.0.0.1", port)
    require_free("127.0.0.1", port)
    with pytest.raises(SvgAiError, match=f"cannot serve on port {port}"):
        require_free("192.0.2.1", port)


def test_a_free_port_is_none_of_those_of_outgoing_connections() -> None:
    """One of these could be taken before the server that it is meant for has started."""
    ports = {free_port() for _ in range(50)}
    assert max(ports) < 32768
    assert len(ports) > 1


@pytest.mark.parametrize(
    "host, shown", [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("logos.example", "logos.example")]
)
def test_an_address_of_ipv6_is_in_brackets(host: str, shown: str) -> None:
    """Otherwise nothing separates it from the port."""
    assert http_address(host, 3000) == f"http://{shown}:3000"


def test_processes_with_the_same_seed_find_other_ports() -> None:
    """As tests and trainings set one: each would be given the port that the other is about to listen on."""
    found = []
    for _ in range(2):
        random.seed(1)
        found.append([free_port() for _ in range(5)])
    assert found[0] != found[1]
