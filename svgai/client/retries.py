"""
Which calls are retried, and when.

Every call of the API is idempotent: feedback replaces itself, and the others change nothing.
"""

from dataclasses import dataclass

from tenacity import RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential
from tenacity.retry import retry_base
from tenacity.stop import stop_base

from svgai.client.errors import NoAnswer, ServiceError

_STATUSES = frozenset({429, 502, 503, 504})
_LASTING = frozenset({"ai_disabled", "feedback_disabled"})  # switched off by the operator


@dataclass(frozen=True)
class Retries:
    """
    Attempts at most (1: none is repeated), and the bounds of the pauses between them, in seconds.

    Pauses are random, up to `first_s` after the first attempt, twice that after the second, and so on, up to
    `longest_s`. The service's Retry-After is waited for first; where it is more than `longest_s` the call fails at
    once, with the time in the error.
    """

    attempts: int = 5
    first_s: float = 0.5
    longest_s: float = 30.0

    @property
    def stop(self) -> stop_base:
        """When to give up."""
        return stop_after_attempt(self.attempts)

    @property
    def retry(self) -> retry_base:
        """Which errors are worth a retry."""
        return retry_if_exception(self._may_pass)

    def wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt."""
        pause = wait_random_exponential(multiplier=self.first_s, max=self.longest_s)(state)
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after_s if isinstance(fault, ServiceError) else None
        return pause + (asked or 0.0)

    def _may_pass(self, fault: BaseException) -> bool:
        if isinstance(fault, NoAnswer):
            return True
        if not isinstance(fault, ServiceError) or fault.status not in _STATUSES or fault.code in _LASTING:
            return False
        return (fault.retry_after_s or 0.0) <= self.longest_s
