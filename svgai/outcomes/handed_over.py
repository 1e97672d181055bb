"""What came of an attempt to move records into the database, as the process that writes tells the service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HandedOver:
    """
    What came of one attempt.

    Attributes:
        written: Records that the database has now.
        dropped: Records that are lost: they cannot be read, or no database would take them.
        more: Whether there may be another file.
        outdated: Whether the tables have to be made, or brought up to date, before anything is written.
        fault: Why nothing could be written, or the last record was refused; empty where all went well.
    """

    written: int = 0
    dropped: int = 0
    more: bool = False
    outdated: bool = False
    fault: str = ""
