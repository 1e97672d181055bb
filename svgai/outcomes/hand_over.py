"""Moves records from the spool into the database, a file at a time, in one transaction each."""

from collections.abc import Sequence
from pathlib import Path

from svgai.errors import QualityStoreFault, RecordRefused
from svgai.outcomes.handed_over import HandedOver
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import oldest_file, read_line


class HandOver:
    """
    Moves files, oldest first.

    Args:
        folder: of the spool.
        database: where the records go.
    """

    def __init__(self, folder: Path, database: QualityDatabase) -> None:
        self._folder = folder
        self._database = database
        self._up_to_date = False

    def one_file(self) -> HandedOver:
        """Move a file. Records that cannot be written now stay in it."""
        try:
            if not self._up_to_date and self._database.outdated:
                return HandedOver(outdated=True)
            self._up_to_date = True
            with oldest_file(self._folder) as file:
                if file is None:
                    return HandedOver()
                refused, fault = self._write(file.lines)
                # Killed before this line, the next process writes it again, which changes nothing.
                file.path.unlink()
            return HandedOver(len(file.lines) - refused, refused, more=True, fault=fault)
        except (QualityStoreFault, OSError) as fault:
            return HandedOver(fault=str(fault))

    def _write(self, lines: Sequence[bytes]) -> tuple[int, str]:
        """How many lines were rejected or cannot be read, and the last reason for a rejection."""
        refused, reason = 0, ""
        try:
            self._database.write_lines(lines)
        except (RecordRefused, ValueError):
            for line in lines:
                try:
                    self._database.write([read_line(line)])
                except RecordRefused as fault:
                    refused, reason = refused + 1, str(fault)
                except ValueError:
                    refused += 1
        return refused, reason
