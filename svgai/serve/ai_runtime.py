"""
Lifecycle of models and worker processes in the service: loading, warm-up, state, shutdown.

States: "loading" until the warm-up has answered; "ready"; "disabled" by AI_ENHANCED=false, or while AI_SWITCH_FILE says
off; "failed" if the models are missing or broken. In the last two, only conversions work, with fixed parameters.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from svgai.api.schemas.status import State
from svgai.arms import Arm
from svgai.errors import AiDisabled, ModelFault, NotReady, SvgAiError
from svgai.model_files.input_reference import InputReference
from svgai.model_files.model_pair import ArmContents, ModelContents, ModelFile, Models, ModelSource
from svgai.serve.ai_switch import AiSwitch
from svgai.serve.decoding.decode_pool import DecodePool
from svgai.serve.experiments.live_experiment import Arms
from svgai.serve.inference import Inference
from svgai.serve.loaded_models import LoadedModels, load_in_time
from svgai.serve.monitoring.metrics import Metrics
from svgai.serve.monitoring.service_metrics import ServiceMetrics
from svgai.serve.workers.conversion_pool import ConversionPool
from svgai.serve.workers.conversion_worker import convert_image
from svgai.serve.workers.probe import probe_task, warm_up

WARM_UP_AGAIN_S = 5.0
"""Seconds until processes that did not answer at the start are asked again: others may have taken their place."""

_UNEXPECTED = "unexpected error; see the log"

logger = logging.getLogger("svgai.runtime")


class AiRuntime:
    """
    Holds the models and processes that answer requests, and their state.

    Args:
        source: location of the models; None: there are none.
        challenger: location of the challenger's models; None: there is no A/B test.
        experiment: notified when both are loaded.
        enabled: AI_ENHANCED.
        switch: takes loaded models out of use, and back.
        load_timeout_s: seconds that loading the models may take.
        open_pool: opens the pool of worker processes, with the models of all arms, or none.
        equipment: gives the arguments of the worker processes' setup.
        decoder: the decode processes.
        make_inference: makes the batch inference from loaded models.
    """

    def __init__(
        self,
        source: ModelSource | None,
        challenger: ModelSource | None,
        *,
        enabled: bool,
        switch: AiSwitch,
        load_timeout_s: float,
        open_pool: Callable[[ArmContents], ConversionPool],
        equipment: Callable[[ArmContents], Sequence[object]],
        decoder: DecodePool,
        make_inference: Callable[[Models], Inference],
        experiment: Arms,
        metrics: Metrics,
        service_metrics: ServiceMetrics,
        warm_up_again_s: float = WARM_UP_AGAIN_S,
    ) -> None:
        self._state: State = "loading"
        self.fault: str | None = None
        self.public_fault: str | None = None
        self.files: dict[str, ModelFile] = {}
        self.provider: str | None = None
        self._names: dict[Arm, str] = {}
        self.arms: ArmContents = {}
        self.source, self.challenger = source, challenger
        self._experiment = experiment
        self._enabled, self._switch = enabled, switch
        self._watching: asyncio.Task[None] | None = None
        self._warming_up: asyncio.Task[None] | None = None
        self._warm_up_again_s = warm_up_again_s
        self._load_timeout_s = load_timeout_s
        self._open_pool = open_pool
        self._equipment = equipment
        self.decoder = decoder
        self._make_inference = make_inference
        self._metrics = metrics
        self._service_metrics = service_metrics
        self._inference: Inference | None = None
        self._pool: ConversionPool | None = None
        self._pool_answered = False
        self._changing = asyncio.Lock()
        metrics.ai_enabled(False)

    @property
    def state(self) -> State:
        """What it can do."""
        return "disabled" if self._state == "ready" and not self._switch.on else self._state

    @property
    def uses_models(self) -> bool:
        """Whether the switch lets conversions use models, where there are any."""
        return self._switch.on

    @property
    def ready(self) -> bool:
        """
        Whether the models (unless switched off) and the worker processes answered a warm-up, and there still are any.

        Processes that died are replaced; while that fails, the service is not ready.
        """
        able = self._pool is not None and self._pool.able and self.decoder.able
        return self.state in ("ready", "disabled") and self._pool_answered and able

    @property
    def inputs(self) -> InputReference | None:
        """The input reference of the models, if their metadata have one."""
        known = [file.inputs for file in self.files.values() if file.inputs is not None]
        return known[0].joined(known[-1]) if known else None

    @property
    def inference(self) -> Inference:
        """
        What answers batches.

        Raises:
            NotReady: the models are still being loaded.
            AiDisabled: they are switched off, missing or broken.
        """
        if self._inference is not None and self._switch.on:
            return self._inference
        if self.state == "loading":
            raise NotReady("the models are being loaded; try again shortly")
        why = "because the models could not be loaded"
        if self.state == "disabled":
            why = "by AI_ENHANCED" if self._state == "disabled" else "by the operator"
        raise AiDisabled(f"the AI features are switched off {why}; /api/convert works without them")

    @property
    def pool(self) -> ConversionPool:
        """
        The worker processes.

        Raises:
            NotReady: they have not answered yet.
        """
        if self._pool is None or not self._pool_answered:
            raise NotReady("the conversion processes are being started; try again shortly")
        return self._pool

    def converts_with(self, arm: Arm | None) -> str | None:
        """The models that conversions of an arm use, by version and content; None while nothing is converted."""
        if self._pool is None or not self._pool_answered:
            return None
        return self._names.get(arm, "") if arm else ""

    async def start(self) -> None:
        """Load and warm up. A model that fails to load is logged, not raised."""
        async with self._changing:
            await self._start()

    async def reload(self) -> bool:
        """
        Reload the model files: afterwards all processes use the new ones or, if anything is wrong with them, none does.

        Meanwhile requests are answered by the old models. Returns whether new ones are in use; errors are logged, not
        raised.
        """
        async with self._changing:
            try:
                return await self._reload()
            except (SvgAiError, TimeoutError) as fault:
                reason = str(fault)
            except Exception:
                logger.exception("reloading the models failed")
                reason = _UNEXPECTED
            logger.error("the models are not reloaded; those that there were stay in use", extra={"fault": reason})
            return False

    def close(self) -> None:
        """Stop the worker processes, from any thread."""
        for task in (self._watching, self._warming_up):
            if task is not None and not task.done():
                task.get_loop().call_soon_threadsafe(task.cancel)
        self.decoder.close()
        if self._pool is not None:
            self._pool.close()

    async def _start(self) -> None:
        started = time.perf_counter()
        try:
            self.decoder.start()
            self.arms = await self._start_models() if self._enabled else {}
            self._pool = self._open_pool(self.arms)
            await self._warm_up(self._pool)
        except SvgAiError as fault:
            if self._pool is not None:
                self._warming_up = asyncio.create_task(self._warm_up_later(self._pool, self.fault, self.public_fault))
            self._state, self.fault, self.public_fault = "failed", fault.message, fault.public_message
            logger.exception("the conversion processes did not start")
        except Exception:
            self._state = "failed"
            self.fault = self.public_fault = _UNEXPECTED
            logger.exception("the service did not start")
        logger.info("started", extra={"state": self.state, "seconds": round(time.perf_counter() - started, 3)})

    async def _warm_up(self, pool: ConversionPool) -> None:
        """See that the processes answer; what they raise passes through."""
        await warm_up(pool, self.decoder)
        self._pool_answered = True
        self._state = "ready" if self.arms else "failed" if self._enabled else "disabled"
        self._heed_switch()

    async def _warm_up_later(self, pool: ConversionPool, fault: str | None, public_fault: str | None) -> None:
        """Ask again until they answer; then the faults are again those of the models, if any."""
        while not self._pool_answered:
            await asyncio.sleep(self._warm_up_again_s)
            with suppress(SvgAiError):
                async with self._changing:
                    if not self._pool_answered:
                        await self._warm_up(pool)
                        self.fault, self.public_fault = fault, public_fault
                        logger.info("the conversion processes answer", extra={"state": self.state})

    def _heed_switch(self) -> None:
        """Report whether models are in use, now and whenever the switch changes."""

        def tell(*_: object) -> None:
            self._metrics.ai_enabled(self.state == "ready")

        tell()
        if self.arms and self._watching is None:
            self._watching = asyncio.create_task(self._switch.keep(tell))

    async def _start_models(self) -> ArmContents:
        """Load and try the models. Returns their contents for the worker processes; nothing without models."""
        try:
            if self.source is None:
                raise ModelFault("the service has no models: this Bento was built without them")
            loaded = await load_in_time(self.source, self._load_timeout_s)
            self._use(loaded, self._make_inference(loaded.models))
            self._metrics.model_memory("all", loaded.megabytes)
        except TimeoutError as fault:
            self.fault = self.public_fault = str(fault)
        except SvgAiError as fault:
            self.fault, self.public_fault = fault.message, fault.public_message
        except Exception:
            # Conversions work without models, whatever is wrong with them.
            self.fault = self.public_fault = _UNEXPECTED
            logger.exception("loading the models failed")
        else:
            challenger = await self._start_challenger(self.challenger, loaded.models) if self.challenger else None
            own: ArmContents = {"champion": loaded.contents}
            return {**own, "challenger": challenger} if challenger else own
        logger.error("the models could not be loaded; converting without them", extra={"fault": self.fault})
        return {}

    async def _start_challenger(self, challenger: ModelSource, champion: Models) -> ModelContents | None:
        """Load and try the challenger's models. If that fails there is no A/B test; nothing else changes."""
        try:
            loaded = await load_in_time(challenger, self._load_timeout_s)
            self._names["challenger"] = loaded.names
            self._experiment.begin(champion.version, loaded.models.version)
        except Exception:
            logger.exception("there is no experiment: the challenger could not be loaded")
            return None
        return loaded.contents

    async def _reload(self) -> bool:
        if self.source is None or not self._enabled or self._pool is None:
            raise NotReady("the service uses no models")
        if self.challenger is not None:
            raise NotReady("an experiment compares them")
        loaded = await load_in_time(self.source, self._load_timeout_s)
        if self._state == "ready" and loaded.names == self._names["champion"]:
            logger.info("the model files are the same as before", extra={"model_version": loaded.models.version})
            return False
        inference = self._make_inference(loaded.models)
        arms: ArmContents = {"champion": loaded.contents}
        await self._pool.renew(self._equipment(arms), convert_image, *probe_task())
        # No await from here on: no request may find new models in one place and old ones in another.
        self._use(loaded, inference)
        self.arms = arms
        self._state, self.fault, self.public_fault = "ready", None, None
        self._pool_answered = True
        self._heed_switch()
        logger.info("other models are in use", extra={"model_version": loaded.models.version})
        return True

    def _use(self, loaded: LoadedModels, inference: Inference) -> None:
        models = loaded.models
        self._inference = inference
        self.files = models.files
        self._names["champion"] = loaded.names
        self.provider = models.classifier.provider
        self._service_metrics.models_loaded({kind: file.version for kind, file in models.files.items()})
