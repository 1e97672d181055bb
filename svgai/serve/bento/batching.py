"""
When a batch goes: as soon as the one before it is done, with all that has come meanwhile.

BentoML's own dispatcher waits for a batch to fill, as long as it has learned from the load: after a burst that was
50-80 ms for a lone client, for minutes. While a batch runs it also looks every millisecond whether it is done, and each
look asks for the interpreter's lock that the batch needs. Tied to the pinned version of BentoML, as
`svgai.serve.bento.serving_tweaks` is.
"""

import logging
from typing import Any, NoReturn, Self

from bentoml._internal.marshal.dispatcher import CorkDispatcher

from svgai.errors import ConversionTimeout

logger = logging.getLogger("svgai.batching")


class PromptDispatcher(CorkDispatcher[Any, Any]):
    """BentoML's queue of one API, its size limit and its splitting of large requests, without waits."""

    @classmethod
    def in_place_of(cls, dispatcher: CorkDispatcher[Any, Any]) -> Self:
        """A dispatcher with the limits of one of BentoML's that has not begun to work."""
        return cls(
            round(dispatcher.max_latency * 1000),
            dispatcher.max_batch_size,
            fallback=_out_of_time,
            get_batch_size=dispatcher.get_batch_size,
            batch_dim=dispatcher.batch_dim,
        )

    async def controller(self) -> None:
        """Work on one batch after the other, for ever."""
        while True:
            async with self._wake_event:
                await self._wake_event.wait_for(self._queue.__len__)
            try:
                await self._work()
            except Exception:  # as BentoML's: without this task nothing would ever be answered again
                logger.exception("a batch could not be made up")

    async def _work(self) -> None:
        if jobs := tuple(job for job in self._get_inputs() if not job.future.done()):
            await self.outbound_call(jobs)


def _out_of_time() -> NoReturn:
    """What a request is answered that was cancelled while it waited for its batch."""
    raise ConversionTimeout("the request took too long")
