"""The switch that takes models out of use."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from svgai.serve.ai_switch import AiSwitch


def test_without_a_file_it_is_on(tmp_path: Path) -> None:
    """Also where the file is named and is not there: models are what is usual."""
    assert AiSwitch().on
    assert AiSwitch(tmp_path / "none").on


@pytest.mark.parametrize("content,on", [("off", False), ("OFF\n", False), ("on", True), ("", True), ("office", True)])
def test_only_the_word_off_switches_it_off(tmp_path: Path, content: str, *, on: bool) -> None:
    """Whatever its case, with or without a line's end."""
    file = tmp_path / "ai"
    file.write_text(content)
    assert AiSwitch(file).on is on


def test_a_file_that_does_not_answer_holds_nobody_up(tmp_path: Path) -> None:
    """While it is waited for the event loop goes on; here a pipe takes the place of a machine that is away."""
    file, positions = tmp_path / "ai", list[bool]()
    switch = AiSwitch(file, every_s=0.01)
    os.mkfifo(file)
    released = threading.Event()

    def release() -> None:
        released.set()
        with file.open("w"):
            file.unlink()

    async def turn() -> None:
        # It can be opened once somebody waits for what is written there.
        while True:
            try:
                pipe = os.open(file, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                break
        file.unlink()
        os.write(pipe, b"off")
        os.close(pipe)

    async def life() -> None:
        keeping = asyncio.create_task(switch.keep(positions.append))
        await turn()
        while len(positions) < 2:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        keeping.cancel()

    rescue = threading.Timer(60, release)
    rescue.start()
    asyncio.run(asyncio.wait_for(life(), 90))
    rescue.cancel()
    assert not released.is_set()
    assert positions == [False, True]
