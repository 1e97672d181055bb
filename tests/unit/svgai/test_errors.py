"""The tree of faults, as clients and people see it."""

import re

import pytest

from svgai import errors
from svgai.errors import GateFailed, InvalidImage, InvalidRequest, Overloaded, RegistryFault, SvgAiError

FAULTS = [fault for fault in vars(errors).values() if isinstance(fault, type) and issubclass(fault, SvgAiError)]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_a_status_and_a_code(fault: type[SvgAiError]) -> None:
    """Statuses are HTTP errors, codes are plain words."""
    assert 400 <= fault.status <= 599
    assert fault.code.replace("_", "").isalpha()
    assert fault.code == fault.code.lower()


def test_codes_tell_faults_apart() -> None:
    """No two faults share a code."""
    assert len({fault.code for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_documentation_draws_every_fault(fault: type[SvgAiError]) -> None:
    """The tree at the top of the module is complete, with the status and code that clients are told."""
    assert errors.__doc__ is not None
    lines = [line for line in errors.__doc__.splitlines() if line.strip(" +").split(" ")[0] == fault.__name__]
    assert len(lines) == 1
    shown = re.search(r"\d\d\d \w+$", lines[0])
    assert shown is None or shown[0] == f"{fault.status} {fault.code}"


def test_the_contract_with_clients_is_kept() -> None:
    """The pairs of status and code that the API promises."""
    promised = {
        (400, "invalid_request"),
        (400, "invalid_image"),
        (401, "unauthorized"),
        (413, "too_large"),
        (415, "unsupported_media_type"),
        (422, "invalid_parameters"),
        (429, "overloaded"),
        (503, "ai_disabled"),
        (503, "not_ready"),
        (504, "timeout"),
    }
    assert promised <= {(fault.status, fault.code) for fault in FAULTS}


def test_a_message_is_what_was_said() -> None:
    """And a bad image is also a bad request."""
    fault = InvalidImage("no picture")
    assert fault.message == "no picture"
    assert isinstance(fault, InvalidRequest)


def test_overload_says_when_to_come_back() -> None:
    """One second unless told."""
    assert Overloaded("busy").retry_after_s == 1
    assert Overloaded("busy", 7).retry_after_s == 7


def test_a_failed_gate_lists_all_reasons() -> None:
    """In its message and one by one."""
    fault = GateFailed("svgai-classifier version 3", ("accuracy is low", "ece is high"))
    assert isinstance(fault, RegistryFault)
    assert fault.reasons == ("accuracy is low", "ece is high")
    assert fault.message == "svgai-classifier version 3 did not pass its gates: accuracy is low; ece is high"
