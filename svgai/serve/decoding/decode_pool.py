"""
Decode processes in two lanes, so that expensive images queue behind each other and never delay cheap ones.

Every image starts in the quick lane, which decodes it at once if its header shows that it is cheap. The slow lane has
one process of a lower priority. The kernel measures the time, and kills the process when an image exceeds it.
"""

import logging
import signal

from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage, NotReady, Overloaded, SvgAiError, TooLarge
from svgai.processors import usable_processors
from svgai.serve.decoding.decode_worker import set_up
from svgai.serve.decoding.messages import Question, Seen, asked, read_answer
from svgai.serve.processes.process_group import START_S, NoProcess, ProcessGroup, Replaced
from svgai.serve.processes.waiting_line import WaitingLine
from svgai.serve.processes.worker_process import ProcessDied, ProcessFault
from svgai.serve.processes.working_process import Work

logger = logging.getLogger("svgai.decoding")

MOST_SECONDS = 2.0
"""Processor time of one request's images in the slow lane, in seconds."""

QUICK_SECONDS = 0.25
"""Processor time in the quick lane before an image goes to the slow one: several times that of a cheap one."""

QUICK_PROCESSES = 2
"""Most processes, at most one per core; a third would only wait."""

QUICK_NICENESS, SLOW_NICENESS = 5, 10
"""Both lanes give way to the service itself: images that are quickly decoded would otherwise keep it from the cores."""

_QUICK_WALL_S, SLOW_WALL_S = 5.0, 16.0
"""Wall-clock limits of each lane: a process may wait for a core, and a stopped one for ever."""

_MOST_WAITING, _LONGEST_WAIT_S = 8, 1.5
_MARGIN_BYTES = 65_536


class DecodePool:
    """
    Both lanes; see ProcessGroup for their lifecycle, and for `start_s`.

    Args:
        limits: of images.
        slow_wall_s: wall-clock limit of the slow lane for one image, in seconds.
        replaced: see ProcessGroup.
    """

    def __init__(
        self,
        limits: ImageLimits,
        *,
        start_s: float = START_S,
        slow_wall_s: float = SLOW_WALL_S,
        replaced: Replaced = lambda *_: None,
    ) -> None:
        # Base64 of the largest image that a body can hold; answers are small.
        capacity = max(limits.max_bytes, 1_000_000) + _MARGIN_BYTES
        count = min(QUICK_PROCESSES, usable_processors())
        quick = Work("decode", set_up, (limits,), capacity, QUICK_NICENESS)
        slow = Work("decode-slow", set_up, (limits,), capacity, SLOW_NICENESS)
        self.quick = ProcessGroup(quick, count, start_s=start_s, replaced=replaced)
        self.slow = ProcessGroup(slow, 1, start_s=start_s, replaced=replaced)
        self._slow_wall_s = slow_wall_s
        self._line = WaitingLine(1, _MOST_WAITING, _LONGEST_WAIT_S)

    @property
    def able(self) -> bool:
        """Whether images can be decoded."""
        return self.quick.able and self.slow.able

    def start(self) -> None:
        """Begin to start the processes."""
        self.quick.start()
        self.slow.start()

    def close(self) -> None:
        """End them."""
        self.quick.close()
        self.slow.close()

    async def see(self, image: str | bytes) -> Seen:
        """
        The models' inputs for a cheap image, or the number of pixels of an expensive one.

        Raises:
            NotReady: no process can be started.
        """
        return await self._ask_quickly(Question.SEE_IF_CHEAP, image)

    async def see_dear(self, image: str | bytes, seconds: float) -> Seen:
        """
        The models' inputs for an image, within this processor time.

        Raises:
            Overloaded: too many such images wait already.
            NotReady: no process can be started.
        """
        return await self._ask_slowly(Question.SEE, image, seconds)

    async def check(self, image: bytes) -> None:
        """
        Check an image for damage, in a short time.

        Raises:
            InvalidImage, TooLarge, UnsupportedMediaType: it is damaged, or the check took too long.
            Overloaded, NotReady: as above.
        """
        seen = await self._ask_quickly(Question.CHECK, image)
        if seen.fault is not None:
            raise seen.fault

    async def _ask_quickly(self, question: Question, image: str | bytes) -> Seen:
        message = asked(question, image, QUICK_SECONDS)
        try:
            return read_answer(await self.quick.ask(message, _QUICK_WALL_S, finish=True))
        except NoProcess as fault:
            raise _not_ready(fault) from None
        except ProcessFault as fault:
            return _unforeseen(fault)
        except (ProcessDied, TimeoutError, ValueError) as fault:
            _log(fault, "quick")
            slowly = Question.SEE if question == Question.SEE_IF_CHEAP else question
            return await self._ask_slowly(slowly, image, MOST_SECONDS)

    async def _ask_slowly(self, question: Question, image: str | bytes, seconds: float) -> Seen:
        message = asked(question, image, seconds)
        with self._line.place():
            try:
                try:
                    reply = await self.slow.ask(message, self._slow_wall_s)
                except ProcessDied as died:
                    if died.exit_code != -signal.SIGKILL:
                        raise
                    # Killed from outside: not the image's fault.
                    reply = await self.slow.ask(message, self._slow_wall_s)
                seen = read_answer(reply)
            except NoProcess as fault:
                raise _not_ready(fault) from None
            except ProcessFault as fault:
                return _unforeseen(fault)
            except TimeoutError:
                raise Overloaded("there is no processor time to decode the image; try again shortly") from None
            except (ProcessDied, ValueError) as fault:
                _log(fault, "slow")
                seen = Seen(seconds=seconds, fault=_fault_of(fault))
            self._line.learn(seen.seconds)
        return seen


def _fault_of(fault: Exception) -> SvgAiError:
    if isinstance(fault, ProcessDied) and fault.exit_code == -signal.SIGPROF:
        return TooLarge(f"the image takes more than {MOST_SECONDS:g} s of processor time to decode")
    return InvalidImage("the image cannot be decoded: it ended the process that tried")


def _unforeseen(fault: ProcessFault) -> Seen:
    logger.error("an image was not decoded because of an unexpected error", extra={"fault": str(fault)})
    return Seen(fault=InvalidImage("the image cannot be decoded").because(fault))


def _not_ready(fault: NoProcess) -> NotReady:
    logger.error("no image can be decoded", extra={"fault": str(fault)})
    return NotReady("the decode processes cannot be started; try again shortly")


def _log(fault: Exception, lane: str) -> None:
    words = fault.last_words if isinstance(fault, ProcessDied) else ""
    text = f"{lane} lane: {fault or 'no answer in time'} {words}".strip()
    logger.info("an image ended a decode process", extra={"fault": text})
