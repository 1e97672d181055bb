"""
Realistic load for Locust: `locust -f loadtests/locustfile.py --images logos/ --host http://127.0.0.1:3000`, or
`svgai loadtest`.

Every user classifies, optimizes and converts in the shares 60 : 25 : 15, with three wrong requests for each hundred
good ones, at random times. The API key is the first of the variable API_KEYS.
"""

import os
import time
from argparse import Namespace
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import gevent
import locust.stats
from locust import FastHttpUser, LoadTestShape, events, tag, task
from locust.argument_parser import LocustArgumentParser, gt_zero
from locust.env import Environment
from locust.runners import STATE_STOPPED

from loadtests.objectives.answer_checks import Answer
from loadtests.objectives.figures import REFUSED, Figures
from loadtests.objectives.images import mixed_files, read_images
from loadtests.objectives.request_mix import PreparedRequest, RequestMix, request_mix
from loadtests.objectives.stages import USER_RATE, Pacing, parse_stages, peak, rate_at
from svgai.errors import DatasetFault

SPAWN_RATE = 100.0
"""Users a second that the shape adds or takes away: it asks for few at a time."""

FIGURES_EVERY_S = 1.0


def three_figures(milliseconds: float) -> float:
    """Locust rounds times to two digits; a third costs little and separates 1.04 s from 1 s."""
    return float(f"{milliseconds:.3g}")


locust.stats.bucket_response_time = three_figures  # type: ignore[assignment] # Locust's own way; numbers are enough


@events.init_command_line_parser.add_listener
def add_options(parser: LocustArgumentParser) -> None:
    def add(name: str, **option: Any) -> None:
        parser.add_argument(name, include_in_web_ui=False, **option)

    add("--images", type=Path, required=True, help="Folder of SVG or raster files; `svgai data` makes some.")
    add("--image-count", type=int, default=150, help="Images to prepare.")
    add("--seed", type=int, default=1, help="Another seed gives other requests.")
    add("--user-rate", type=gt_zero(float), default=USER_RATE, help="Requests a second of one user.")
    add("--stages", type=parse_stages, help="Such as 10s:5,1m:5: durations, and requests a second at their ends.")
    add("--figures", type=Path, help="JSON file that always holds what was measured so far.")


def options_of(environment: Environment) -> Namespace:
    """The options of the command line."""
    options = environment.parsed_options
    assert isinstance(options, Namespace)
    return options


@events.init.add_listener
def prepare(environment: Environment, **_: Any) -> None:
    """Prepare all requests before the load starts, so that users only send."""
    options = options_of(environment)
    rng = Random(options.seed)  # noqa: S311 - load, not secrets
    try:
        images = read_images(options.images, options.image_count)
    except DatasetFault as fault:
        raise SystemExit(str(fault)) from fault
    Client.rng = rng
    Client.mix = request_mix(mixed_files(images, rng), rng)
    if key := os.environ.get("API_KEYS", "").split(",")[0].strip():
        Client.default_headers = {"X-API-Key": key}
    if options.stages is None:
        environment.shape_class = None  # the number of users is then chosen in Locust's page, or with --users


class WrongAnswer(Exception):
    """An answer other than expected. Locust shows exceptions by their repr."""

    def __repr__(self) -> str:
        return str(self)


class Client(FastHttpUser):
    """A client that sends at random times, independent of response times."""

    rng: ClassVar[Random]
    mix: ClassVar[RequestMix]
    network_timeout = 30.0
    connection_timeout = 10.0

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.pacing = Pacing(options_of(environment).user_rate, self.rng)

    def wait_time(self) -> float:
        return self.pacing.wait_s(time.perf_counter())

    def on_start(self) -> None:
        self.wait()  # users start several at a time, but should not send at the same time

    @tag("classify")
    @task(60)
    def classify(self) -> None:
        self.send(self.rng.choice(self.mix.classify))

    @tag("optimize")
    @task(25)
    def optimize(self) -> None:
        self.send(self.rng.choice(self.mix.optimize))

    @tag("convert")
    @task(15)
    def convert(self) -> None:
        self.send(self.rng.choice(self.mix.convert))

    @tag("invalid")
    @task(3)
    def invalid(self) -> None:
        self.send(self.rng.choice(self.mix.invalid))

    def send(self, request: PreparedRequest) -> None:
        """Send a request and check its answer; a rejected one is counted under a separate name."""
        with self.client.post(
            request.path,
            data=request.body,  # type: ignore[arg-type] # bytes are what Locust makes of a str
            headers=dict(request.headers),
            name=request.name,
            catch_response=True,
        ) as response:
            if not response.status_code:
                return  # Locust counts a request without an answer as a failure, with the reason
            if response.status_code == 429:
                response.request_meta["name"] += REFUSED
                response.success()
                return
            headers = {name.lower(): value for name, value in (response.headers or {}).items()}
            fault = request.check(Answer(response.status_code, headers, response.content or b""))
            if fault is None:
                response.success()
            else:
                response.failure(WrongAnswer(fault))


class Stages(LoadTestShape):
    """The number of users for the rate of the current stage."""

    use_common_options = True

    def tick(self) -> tuple[int, float] | None:
        assert self.runner is not None
        options = options_of(self.runner.environment)
        rate = rate_at(options.stages, self.get_run_time())
        return None if rate is None else (round(options.num_users * rate / peak(options.stages)), SPAWN_RATE)


@events.test_start.add_listener
def keep_figures(environment: Environment, **_: Any) -> None:
    """Write the file of figures periodically while the load lasts."""

    def write_often() -> None:
        while environment.runner is not None and environment.runner.state != STATE_STOPPED:
            write_figures(environment)
            gevent.sleep(FIGURES_EVERY_S)

    gevent.spawn(write_often)


@events.test_stop.add_listener
def write_figures(environment: Environment, **_: Any) -> None:
    """Write the measurements so far, if a file is set."""
    path, runner, stats = options_of(environment).figures, environment.runner, environment.stats
    if path is None or runner is None:
        return
    Figures.of_locust(
        {name: entry for (name, _), entry in stats.entries.items()},
        stats.errors,
        seconds=time.time() - stats.start_time,
        users=runner.user_count,
        generator_busy=runner.cpu_warning_emitted,
    ).write(path)


@events.quitting.add_listener
def tell_of_own_faults(environment: Environment, **_: Any) -> None:
    """Fail if a user raised an exception: the figures would be invalid."""
    if environment.runner is not None and environment.runner.exceptions:
        environment.process_exit_code = 3
