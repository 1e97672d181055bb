"""The result of moving records into the database, as the writing process reports it to the service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HandedOver:
    """
    The result of one attempt.

    Attributes:
        written: Records that the database has now.
        dropped: Records that are lost: they cannot be read, or the database rejects them.
        more: Whether there may be another file.
        outdated: Whether the tables have to be created or migrated before anything is written.
        fault: Why nothing could be written, or the last record was rejected; empty if all went well.
    """

    written: int = 0
    dropped: int = 0
    more: bool = False
    outdated: bool = False
    fault: str = ""
