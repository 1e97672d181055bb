"""The parts of the service put together from settings."""

from pathlib import Path
from typing import Any

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
