"""Who promotes."""

import os

import pytest

from commands.local.actor import current_user


def test_the_name_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    monkeypatch.setenv("LOGNAME", "somebody")
    assert current_user() == "somebody"


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers run as numbers that no list of users knows."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert current_user() == "user 54321"
