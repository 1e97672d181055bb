"""Answers of each service, from the proxy's access log and from the services' own counters."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from rollout.service_process import bearer, url
from rollout.state import Service

MOST_FAILED_SHARE = 0.01
MOST_FAILED_SHARE_ALONE = 0.1
FEWEST_FAILURES = 3
WORSE_BY = 2.0
_REQUESTS = "bentoml_service_request"


@dataclass(frozen=True)
class Answers:
    """Answered requests, and those that failed (status 500 and above)."""

    requests: int = 0
    failed: int = 0

    @property
    def failed_share(self) -> float:
        return self.failed / self.requests if self.requests else 0.0


def fault_of(new: Answers, before: Answers | None) -> str:
    """
    Why a new service's answers are not acceptable; empty if they are.

    It fails with at least FEWEST_FAILURES, a share above MOST_FAILED_SHARE, and above WORSE_BY times the share of the
    service before it. If that is not known (None), errors may be caused by clients or the machine, and only a share
    above MOST_FAILED_SHARE_ALONE counts.
    """
    allowed = MOST_FAILED_SHARE_ALONE if before is None else max(MOST_FAILED_SHARE, WORSE_BY * before.failed_share)
    if new.failed < FEWEST_FAILURES or new.failed_share <= allowed:
        return ""
    earlier = "unknown" if before is None else f"{before.failed_share:.1%}"
    return (
        f"it failed at {new.failed} of {new.requests} requests ({new.failed_share:.1%}; "
        f"{earlier} before it, at most {allowed:.1%} allowed)"
    )


def logged_answers(log: Path, addresses: Collection[str], offset: int = 0) -> Answers:
    """
    Read the proxy's log about a service at these addresses, from an offset in bytes.

    The last line may be incomplete.
    """
    if not log.is_file():
        return Answers()
    with log.open("rb") as file:
        file.seek(offset)
        lines = file.read().split(b"\n")[:-1]
    # A retried request names both.
    entries = map(json.loads, lines)
    statuses = [entry["status"] for entry in entries if entry["upstream"].rpartition(", ")[2] in addresses]
    return Answers(len(statuses), sum(status >= 500 for status in statuses))


def counted_answers(service: Service, api_key: str | None = None) -> Answers | None:
    """A service's own counts of API answers since its start; None if they cannot be read, as with another key."""
    headers = bearer(api_key)
    try:
        text = httpx.get(f"{url(service)}/metrics", headers=headers, timeout=5, trust_env=False).raise_for_status().text
    except httpx.HTTPError:
        return None
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        if family.name == _REQUESTS
        for sample in family.samples
        if sample.name == f"{_REQUESTS}_total" and sample.labels.get("endpoint", "").startswith("/api/")
    ]
    failed = sum(sample.value for sample in samples if sample.labels.get("http_response_code", "").startswith("5"))
    return Answers(int(sum(sample.value for sample in samples)), int(failed))
