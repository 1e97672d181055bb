"""A Bento with a challenger, built and served: who answers, what is kept, and how the switch ends it."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from learning.experiments.arm_outcomes import observations_of
from svgai.decode.pixels import encode_png
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.built_bento import build, store_models
from tests.integration.servers.served import Served, encoded, serving, text_with

pytestmark = pytest.mark.integration

CHAMPION, CHALLENGER = "classifier:1,optimizer:1", "classifier:1,optimizer:2"
IMAGES = 8
PATIENCE_S = 120


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder whose BentoML store has a Bento with version 2 of the optimizer as challenger, and its tag."""
    folder = tmp_path_factory.mktemp("experiment")
    models = write_models(folder / "models")
    second = shutil.copytree(models, folder / "second")
    metadata = (models / "metadata.json").read_text()
    (second / "metadata.json").write_text(metadata.replace('"version": "1"', '"version": "2"'))
    home = folder / "bentoml"
    home.mkdir()
    store_models(home, "v1", models)
    store_models(home, "v2", second)
    return folder, build(home, "v1", challenger="v2")


@pytest.fixture
def database(place: tuple[Path, str]) -> Iterator[QualityDatabase]:
    """The quality database of the services that are served there."""
    opened = QualityDatabase(f"sqlite:///{place[0] / 'quality.db'}")
    yield opened
    opened.close()


def test_a_share_of_images_is_answered_by_the_challenger(place: tuple[Path, str], database: QualityDatabase) -> None:
    """An image has one arm, in answer, header, log, metrics and row; the switch ends it while it serves."""
    name = "optimizer-2-against-1.split-0.5"
    with _experimenting(place, AB_TEST_TRAFFIC_SPLIT="0.5") as served:
        answers = [_convert(served, seed) for seed in range(IMAGES)]
        arms = [answer["arm"] for answer in answers]
        versions = {"champion": CHAMPION, "challenger": CHALLENGER}
        assert [answer["model_version"] for answer in answers] == [versions[arm] for arm in arms]
        assert [_convert(served, seed)["arm"] for seed in range(IMAGES)] == arms
        assert set(arms) == {"champion", "challenger"}

        image = encode_png(drawn_logo(0))
        picture = served.client.post("/api/convert", files={"image": image}, headers={"Accept": "image/svg+xml"})
        assert picture.headers["X-SVGAI-Arm"] == arms[0]
        given = {"image": encoded(image), "parameters": {"upscale": 1}}
        assert "arm" not in served.client.post("/api/convert", json=given).json()
        metrics = served.client.get("/metrics").text
        for arm, count in Counter([*arms, *arms, arms[0]]).items():
            assert f'svgai_ab_assignments_total{{arm="{arm}"}} {float(count)}' in metrics
        assert f'"arm": "{arms[0]}"' in text_with(served.output, '"arm"')

        rows = _rows(database, name, 2 * IMAGES + 1)
        assert {row.arm: row.model_version for row in rows} == versions
        assert all(row.cached or row.seconds["processor"] > 0 for row in rows)

        Experiments(database).stop(name, "attainment fell")
        _until(lambda: "arm" not in _convert(served, 0))
        assert all(_convert(served, seed)["model_version"] == CHAMPION for seed in range(IMAGES))
        assert "attainment fell" in text_with(served.output, "the experiment is off")


@pytest.mark.long
def test_in_shadow_the_champion_answers_and_both_are_kept(place: tuple[Path, str], database: QualityDatabase) -> None:
    """Every answer is the champion's, and beside each row there is the challenger's: pairs, of equal models here."""
    name = "optimizer-2-against-1.shadow-1"
    with _experimenting(place, AB_TEST_TRAFFIC_SPLIT="1", AB_MODE="shadow") as served:
        answers = [_convert(served, seed) for seed in range(IMAGES)]
        assert {(answer["arm"], answer["model_version"]) for answer in answers} == {("champion", CHAMPION)}

        rows = _rows(database, name, 2 * IMAGES)
    kept = {row.conversion_id: row for row in rows}
    for answer in answers:
        champion, challenger = kept[answer["conversion_id"]], kept[shadowed_id(answer["conversion_id"])]
        assert (champion.arm, challenger.arm) == ("champion", "challenger")
        assert (champion.model_version, challenger.model_version) == (CHAMPION, CHALLENGER)
        assert (champion.image_sha256, champion.bytes) == (challenger.image_sha256, challenger.bytes)
    known = Experiments(database).find(name)
    assert known is not None
    seen = observations_of(database, known)
    assert seen.items == IMAGES
    assert all(abs(values).max() == 0 for metric, values in seen.values.items() if metric.name in {"bytes", "worst"})


@pytest.mark.long
def test_without_the_setting_the_challenger_is_left_alone(place: tuple[Path, str]) -> None:
    """The same Bento serves the champion, and no answer has an arm."""
    with serving(place[0], bento=place[1]) as served:
        answer = _convert(served, 0)
    assert "arm" not in answer
    assert answer["model_version"] == CHAMPION


def _convert(served: Served, seed: int) -> dict[str, Any]:
    answer = served.client.post("/api/convert", json={"image": encoded(encode_png(drawn_logo(seed)))})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@contextmanager
def _experimenting(place: tuple[Path, str], **settings: str) -> Iterator[Served]:
    """A service whose experiment is on."""
    folder, bento = place
    with serving(folder, ready=True, bento=bento, AB_TESTING_ENABLED="true", **settings) as served:
        text_with(served.output, "the experiment is on")
        yield served


def _rows(database: QualityDatabase, name: str, count: int) -> list[Any]:
    """The rows of an experiment, once there are so many."""
    asked = select(CONVERSIONS).where(CONVERSIONS.c.experiment == name)
    found: list[Any] = []

    def enough() -> bool:
        with database.reading() as connection:
            found[:] = connection.execute(asked).all()
        return len(found) >= count

    _until(enough)
    assert len(found) == count
    return found


def _until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE_S
        time.sleep(0.2)
