"""The parts of the service put together from settings."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from svgai.model_files.model_pair import ModelSource
from svgai.serve.cache.conversion_cache import NoCache, StoredConversions
from svgai.serve.composition import Serving, build_serving
from svgai.settings import Settings


def _build(bundled: tuple[Path, Path] | None = None, **settings: Any) -> Serving:
    return build_serving(Settings(_env_file=None, ai_metrics_enabled=False, **settings), bundled)


def test_nothing_is_loaded_while_building() -> None:
    """Building gives a service that is still loading."""
    serving = _build()
    assert serving.runtime.state == "loading"
    assert not serving.runtime.ready


def test_model_dir_goes_first() -> None:
    """MODEL_DIR and its file names replace the Bento's own models."""
    bundled = (Path("a"), Path("b"))
    assert _build(bundled).runtime.source == ModelSource(Path("a"), Path("b"))
    chosen = _build(bundled, model_dir=Path("c"), classifier_model="x.pth").runtime.source
    assert chosen == ModelSource(Path("c"), Path("c"), "x.pth", "optimizer.xgb")
    assert _build().runtime.source is None


def test_the_cache_is_where_the_settings_say() -> None:
    """In memory, in a Redis, or nowhere; Redis is not asked for anything yet."""
    assert isinstance(_build().cache, StoredConversions)
    assert isinstance(_build(cache_url="redis://127.0.0.1:1").cache, StoredConversions)
    assert isinstance(_build(cache_url="redis://127.0.0.1:1", cache_bytes=0).cache, StoredConversions)
    assert isinstance(_build(cache_bytes=0).cache, NoCache)


def test_all_parts_end_where_one_fails_at_it() -> None:
    """The quality store comes last: until then the others give it rows."""
    ended = []

    class Part:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> None:
            ended.append(self.name)
            raise OSError(self.name)

    class AwaitedPart(Part):
        async def close(self) -> None:  # type: ignore[override]
            super().close()

    names = ("experiment", "shadow", "inputs", "runtime", "cache", "store")
    parts = {name: AwaitedPart(name) if name in {"cache", "store"} else Part(name) for name in names}
    serving = replace(_build(), **cast("dict[str, Any]", parts))
    with pytest.raises(OSError, match="store"):
        asyncio.run(serving.close())
    assert ended == list(names)
