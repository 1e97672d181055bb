"""podman and docker: what they tell of an image, programs run inside, and what is said where they cannot."""

import gzip
from pathlib import Path

import pytest

from containers.engine import ENGINES, CommandEngine, Layer, find_engine
from svgai.errors import ContainerFault
from tests.fakes.container_images import install_engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> CommandEngine:
    """Either engine, with one image."""
    install_engine(request.param, tmp_path, tmp_path)
    return find_engine(request.param, path=str(tmp_path))


def test_an_image_is_described_the_same_by_both(engine: CommandEngine) -> None:
    """Although they put health check and history in different places and forms."""
    image = engine.inspect("svgai:1")
    assert (image.reference, image.id, image.bytes) == ("svgai:1", "c" * 64, 700_000)
    assert (image.user, image.env, image.ports, image.volumes) == ("bentoml", ("A=b",), ("3000/tcp",), ())
    assert image.healthcheck == ("CMD", "check")
    assert image.layers == (Layer(command="ADD a", bytes=700_000),)


def test_an_absent_image_is_told_with_what_to_do(engine: CommandEngine) -> None:
    """The command that lists the images stands in the message."""
    with pytest.raises(ContainerFault, match=rf"no image absent; `{engine.name} images` lists"):
        engine.inspect("absent")


def test_a_program_answers_with_json(tmp_path: Path) -> None:
    """It gets its arguments, and what it prints comes back as values."""
    install_engine("podman", tmp_path, tmp_path)
    told = find_engine(path=str(tmp_path)).run_python("a", "import sys; print([len(sys.argv)])", ["/", "/b", "/c"])
    assert told == [4]


def test_a_program_that_fails_is_told_with_its_last_words(engine: CommandEngine) -> None:
    """A traceback's last line says what was wrong."""
    with pytest.raises(ContainerFault, match=r"Python did not run in a: .* disk on fire"):
        engine.run_python("a", "raise OSError('disk on fire')", ["/"])


def test_an_answer_that_is_not_json_is_a_fault(engine: CommandEngine) -> None:
    """What was printed instead is shown."""
    with pytest.raises(ContainerFault, match="not JSON: hello"):
        engine.run_python("a", "print('hello')", ["/"])


def test_bytes_that_are_no_text_are_shown_as_such(engine: CommandEngine) -> None:
    """A container may print anything; what else it printed counts."""
    with pytest.raises(ContainerFault, match="disk \ufffd on fire"):
        engine.run_python("a", r"import sys; sys.stderr.buffer.write(b'disk \xff on fire\n'); sys.exit(1)", ["/"])


def test_the_compressed_size_is_that_of_gzip(engine: CommandEngine) -> None:
    """Of what the engine saves, and the progress ends where all is done."""
    steps: list[tuple[int, int]] = []
    saved = b"layer " * 100_000
    packed = engine.compressed_bytes(engine.inspect("a"), lambda done, total: steps.append((done, total)))
    assert packed == len(gzip.compress(saved, 6))
    assert steps[-1] == (len(saved), len(saved))
    assert all(done <= total for done, total in steps)


def test_a_save_that_breaks_off_is_no_size(engine: CommandEngine) -> None:
    """Half an image is not measured."""
    with pytest.raises(ContainerFault, match="could not save unsaved: disk full"):
        engine.compressed_bytes(engine.inspect("unsaved"), lambda _done, _total: None)


def test_an_engine_that_says_much_is_not_held_up(engine: CommandEngine) -> None:
    """More than a pipe takes, before the image comes."""
    assert engine.compressed_bytes(engine.inspect("chatty"), lambda _done, _total: None) > 0


def test_what_stops_a_save_ends_it(engine: CommandEngine) -> None:
    """Ctrl-C in the middle is passed on, and no process is left that writes into nothing."""

    def interrupted(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.compressed_bytes(engine.inspect("a"), interrupted)


def test_the_first_engine_that_answers_is_taken(tmp_path: Path) -> None:
    """One that is installed and has no daemon is passed over."""
    install_engine("podman", tmp_path, tmp_path, broken="cannot connect")
    install_engine("docker", tmp_path, tmp_path)
    assert find_engine(path=str(tmp_path)).name == "docker"


def test_without_an_engine_each_reason_is_told(tmp_path: Path) -> None:
    """And what to do."""
    install_engine("docker", tmp_path, tmp_path, broken="no daemon")
    with pytest.raises(ContainerFault, match=r"podman is not installed; docker does not answer \(no daemon\).*Install"):
        find_engine(path=str(tmp_path))
    with pytest.raises(ContainerFault, match="cannot be run"):
        CommandEngine("podman", str(tmp_path / "none")).inspect("a")
