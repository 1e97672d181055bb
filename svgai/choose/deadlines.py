"""A deadline after which no work is started, and whether it has affected the result."""

import math


class Deadline:
    """
    Work that is expected to end later is not started.

    Args:
        at: on time.perf_counter's clock, in seconds.

    Attributes:
        cut_short: whether work was left out for lack of time.
    """

    def __init__(self, at: float = math.inf) -> None:
        self.at = at
        self.cut_short = False

    def leaves_room(self, end: float) -> bool:
        """Whether work that is expected to end at this time may start; if not, that is noted."""
        if end <= self.at:
            return True
        self.cut_short = True
        return False


NO_DEADLINE = Deadline()
"""No deadline."""
