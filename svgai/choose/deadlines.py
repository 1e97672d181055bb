"""A point in time after which nothing is begun, and whether that has changed what came of the work."""

import math


class Deadline:
    """
    What would end after it is not begun.

    Args:
        at: on time.perf_counter's clock, in seconds.

    Attributes:
        cut_short: whether something was left out that would have been done with more time.
    """

    def __init__(self, at: float = math.inf) -> None:
        self.at = at
        self.cut_short = False

    def leaves_room(self, end: float) -> bool:
        """Whether something that is expected to end then may begin; where it may not, that is noted."""
        if end <= self.at:
            return True
        self.cut_short = True
        return False


NO_DEADLINE = Deadline()
"""All the time that there is: it never changes."""
