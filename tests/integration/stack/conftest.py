"""One stack for all tests of this folder, made from nothing."""

from tests.integration.servers.running_stack import stack

__all__ = ["stack"]
