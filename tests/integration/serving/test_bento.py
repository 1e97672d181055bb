"""A Bento built from the working tree with models in the store, served from a folder of its own."""

import shutil
from pathlib import Path

import pytest

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.built_bento import build, store_models
from tests.integration.servers.served import encoded, script_of, serving

pytestmark = pytest.mark.integration


def test_a_bento_serves_the_models_it_was_built_with(tmp_path: Path) -> None:
    """The built Bento serves exactly the versions named as arguments, though the store holds newer ones."""
    models = write_models(tmp_path / "models")
    newer = shutil.copytree(models, tmp_path / "newer")
    (newer / "metadata.json").write_text(
        (models / "metadata.json").read_text().replace('"version": "1"', '"version": "2"')
    )
    service = tmp_path / "service"
    home = service / "bentoml"
    home.mkdir(parents=True)
    store_models(home, "v1", models)
    store_models(home, "v2", newer)
    tag = build(home, "v1")
    with serving(service, bento=tag) as served:
        answer = served.client.post("/api/optimize", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.json()["model_version"] == "classifier:1,optimizer:1"
        # What no module imports is in the Bento only because the bentofile names it.
        for path in ("/", "/docs"):
            assert served.client.get(script_of(served.client.get(path).text)).status_code == 200
    (bento,) = home.glob("bentos/svgai/*/")
    sources = {path.name for path in (bento / "src").iterdir()}
    assert sources >= {"service.py", "svgai"}
    assert not sources & {"training", "registry", "tests"}
