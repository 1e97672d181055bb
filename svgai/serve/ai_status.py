"""GET /api/ai-status: the state of the models, a timed conversion, and the environment."""

import asyncio
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from svgai.api.schemas.status import AiStatus, Checks, ModelCheck, PerformanceCheck, QualityCheck, State
from svgai.errors import Overloaded, SvgAiError
from svgai.model_files.model_pair import ModelFile
from svgai.serve.ai_runtime import AiRuntime
from svgai.serve.monitoring.recent_quality import RecentQuality
from svgai.serve.worker_life.code_identity import library_versions
from svgai.serve.workers.probe import probe

FRESH_SECONDS = 5.0
"""Reports are cached for this long, so that frequent polling costs nothing."""


class AiStatusReport:
    """Makes the report, at most once in FRESH_SECONDS."""

    def __init__(
        self,
        runtime: AiRuntime,
        recent: RecentQuality,
        quality_threshold: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runtime = runtime
        self._recent = recent
        self._quality_threshold = quality_threshold
        self._clock = clock
        self._made = -FRESH_SECONDS
        self._last: AiStatus | None = None
        self._last_of: tuple[State, dict[str, ModelFile]] | None = None
        self._making = asyncio.Lock()

    async def read(self) -> AiStatus:
        """The report. Concurrent callers share it."""
        async with self._making:
            subject = self._runtime.state, self._runtime.files
            if self._last is None or self._last_of != subject or self._clock() - self._made >= FRESH_SECONDS:
                self._last, self._last_of = await self._make(), subject
                self._made = self._clock()
            return self._last

    async def _make(self) -> AiStatus:
        runtime = self._runtime
        models = {
            kind: ModelCheck(
                status="loaded",
                size_mb=round(file.size_bytes / 1e6, 3),
                version=file.version,
                run_id=file.run_id or None,
            )
            for kind, file in runtime.files.items()
        }
        quality = self._quality()
        degraded = runtime.state == "ready" and quality.status == "low"
        return AiStatus(
            ai_status="degraded" if degraded else runtime.state,
            timestamp=datetime.now(UTC),
            fault=_too_low(quality) if degraded else runtime.public_fault,
            checks=Checks(
                models=models or {kind: ModelCheck(status="not_loaded") for kind in ("classifier", "optimizer")},
                performance=await self._performance(),
                quality=quality,
                environment={"python": platform.python_version(), **library_versions(), **_provider(runtime)},
            ),
        )

    def _quality(self) -> QualityCheck:
        recent = self._recent.read()
        if recent.ssim is None:
            status: Literal["ok", "low", "unknown"] = "unknown"
        else:
            status = "ok" if recent.ssim >= self._quality_threshold else "low"
        return QualityCheck(
            status=status,
            recent_ssim=None if recent.ssim is None else round(recent.ssim, 4),
            conversions=recent.conversions,
            threshold=self._quality_threshold,
        )

    async def _performance(self) -> PerformanceCheck:
        started = time.perf_counter()
        try:
            await probe(self._runtime.pool)
        except Overloaded as fault:
            return PerformanceCheck(status="busy", fault=fault.message)
        except SvgAiError as fault:
            return PerformanceCheck(status="failed", fault=fault.message)
        return PerformanceCheck(status="ok", test_duration_ms=round((time.perf_counter() - started) * 1000, 1))


def _too_low(quality: QualityCheck) -> str:
    return (
        f"the mean ssim of the last {quality.conversions} conversions is {quality.recent_ssim:.3f}, "
        f"below AI_QUALITY_THRESHOLD ({quality.threshold:g})"
    )


def _provider(runtime: AiRuntime) -> dict[str, str]:
    return {"execution_provider": runtime.provider} if runtime.provider else {}
