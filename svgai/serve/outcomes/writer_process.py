"""The program of the process that writes to the quality database. The service itself never loads a database driver."""

import gc
import time
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from svgai.arms import Experiment, Switch
from svgai.errors import QualityStoreFault
from svgai.model_files.input_reference import InputReference
from svgai.outcomes.handed_over import HandedOver
from svgai.serve.processes.working_process import Handler

if TYPE_CHECKING:  # these load SQLAlchemy
    from svgai.outcomes.drift_watch import DriftWatch
    from svgai.outcomes.quality_database import QualityDatabase

MESSAGE_BYTES = 65_536

STATEMENT_LIMIT_S = 30
"""Statement timeout of the database in seconds; a file of the spool takes a tenth of one."""

CATCH_UP_S = 1.0
"""Seconds that reading new images may take, a month of them at the start: meanwhile nothing is written."""

_BRACE = b"{"
"""Prefix of an A/B test's message, which no conversion's id has."""

_BRACKET = b"["
"""Prefix of a reference's message."""

_HANDED_OVER = TypeAdapter(HandedOver)
_EXPERIMENT = TypeAdapter(Experiment)
_SWITCH = TypeAdapter(Switch)
_REFERENCES = TypeAdapter(tuple[InputReference])
_DRIFT = TypeAdapter(dict[str, float])


class Known(IntEnum):
    """Whether the database has a conversion."""

    NO = 0
    YES = 1
    CANNOT_SAY = 2


def set_up(folder: Path, url: str) -> Handler:
    """Prepare this process to move the spool's files into a database, and to read it."""
    gc.freeze()
    # Only here: importing SQLAlchemy takes 20 MB, which the fork server should not hold.
    from svgai.outcomes.experiments import Experiments  # noqa: PLC0415
    from svgai.outcomes.hand_over import HandOver  # noqa: PLC0415
    from svgai.outcomes.quality_database import QualityDatabase  # noqa: PLC0415

    # Hundreds of records without references between them: detecting cycles would double the time.
    gc.set_threshold(50_000, 20, 20)
    database = QualityDatabase(url, STATEMENT_LIMIT_S, keep=True)
    hand_over = HandOver(folder, database)
    experiments = Experiments(database)
    drift = _Drift(database)

    def handle(message: bytes) -> bytes:
        if not message:
            return _HANDED_OVER.dump_json(hand_over.one_file())
        if message.startswith(_BRACKET):
            return _DRIFT.dump_json(drift.looked(message))
        if message.startswith(_BRACE):
            known = experiments.begin(_EXPERIMENT.validate_json(message))
            return _SWITCH.dump_json(Switch(on=known.stopped is None, reason=known.reason or ""))
        try:
            return bytes([database.has_conversion(message.decode())])
        except QualityStoreFault:
            return bytes([Known.CANNOT_SAY])

    return handle


class _Drift:
    """Compares new images with the latest reference; starts again when the reference changes."""

    def __init__(self, database: "QualityDatabase") -> None:
        self._database = database
        self._asked = b""
        self._watch: DriftWatch | None = None

    def looked(self, message: bytes) -> dict[str, float]:
        if self._watch is None or message != self._asked:
            from svgai.outcomes.drift_watch import DriftWatch  # noqa: PLC0415 - as above

            (reference,) = _REFERENCES.validate_json(message)
            self._watch, self._asked = DriftWatch(reference), message
        began = time.monotonic()
        while self._watch.look(self._database) and time.monotonic() - began < CATCH_UP_S:
            pass
        return {name: found.index if found.certain else 0.0 for name, found in self._watch.drift.found().items()}


def set_up_migration(url: str) -> Handler:
    """Prepare this process to create or migrate the tables; its answer is the error."""
    from svgai.outcomes.quality_database import QualityDatabase  # noqa: PLC0415 - as above

    def handle(_: bytes) -> bytes:
        try:
            QualityDatabase(url).migrate()
        except QualityStoreFault as fault:
            return str(fault).encode()
        return b""

    return handle


def hand_over_asked() -> bytes:
    """The message to move a file."""
    return b""


def conversion_asked(conversion_id: str) -> bytes:
    """The message that asks whether the database has a conversion."""
    return conversion_id.encode()


def switch_asked(experiment: Experiment) -> bytes:
    """The message that records an A/B test, and asks whether it is on."""
    return _EXPERIMENT.dump_json(experiment)


def read_switch(reply: bytes) -> Switch:
    """Whether it is."""
    return _SWITCH.validate_json(reply)


def drift_asked(reference: InputReference) -> bytes:
    """The message that asks for the drift from a reference."""
    return _REFERENCES.dump_json((reference,))


def read_drift(reply: bytes) -> dict[str, float]:
    """How far, by feature."""
    return _DRIFT.validate_json(reply)


def read_handed_over(reply: bytes) -> HandedOver:
    """The result of moving a file."""
    return _HANDED_OVER.validate_json(reply)


def read_known(reply: bytes) -> Known:
    """Whether the database has it."""
    return Known(reply[0])
