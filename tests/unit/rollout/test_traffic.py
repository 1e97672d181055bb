import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rollout.state import Service
from rollout.traffic import FEWEST_FAILURES, Answers, fault_of, logged_answers

NEW, OLD = Service(bento="svgai:new", port=4001), Service(bento="svgai:old", port=4000)
counts = st.integers(0, 1000)


def line(service: Service, status: int) -> str:
    return json.dumps({"status": status, "upstream": f"127.0.0.1:{service.port}", "seconds": 0.01}) + "\n"


def test_each_service_has_its_own_answers(tmp_path: Path) -> None:
    """From a byte on; a line that is still in the writing counts next time."""
    log = tmp_path / "answers.log"
    assert logged_answers(log, NEW) == Answers()
    log.write_text(line(NEW, 200) + line(OLD, 500))
    offset = log.stat().st_size
    with log.open("a") as file:
        file.write(line(NEW, 429) + line(NEW, 502) + line(NEW, 500)[:-5])
    assert logged_answers(log, NEW) == Answers(3, 1)
    assert logged_answers(log, NEW, offset) == Answers(2, 1)
    assert logged_answers(log, OLD) == Answers(1, 1)


def test_a_service_that_fails_more_than_the_one_before_is_not_acceptable() -> None:
    """The reason tells the shares."""
    assert "failed at 5 of 100" in fault_of(Answers(100, 5), Answers(1000, 10))
    assert fault_of(Answers(100, 5), Answers(100, 3)) == ""


@given(counts, counts, counts, counts)
def test_few_failures_are_chance(requests: int, failed: int, old_requests: int, old_failed: int) -> None:
    """Fewer than FEWEST_FAILURES never count, and none at all is always good."""
    new = Answers(max(requests, failed), min(failed, FEWEST_FAILURES - 1))
    assert fault_of(new, Answers(max(old_requests, old_failed), old_failed)) == ""
