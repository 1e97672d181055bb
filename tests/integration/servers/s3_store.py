"""A store that speaks S3 (moto's server) on a loopback port, and how programs are told of it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import fsspec

from rollout.ports import free_port
from tests.integration.tracing.test_search_on_dask import wait_until_listening

BUCKET = "logos"


@dataclass(frozen=True)
class S3Store:
    """The store, with one bucket; `variables` let s3fs find it, as those of a person's shell do."""

    url: str

    @property
    def variables(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",  # pragma: allowlist secret
            "AWS_DEFAULT_REGION": "eu-central-1",
        }

    def put(self, key: str, content: bytes) -> None:
        self.files.pipe_file(f"{BUCKET}/{key}", content)

    def names(self, prefix: str) -> list[str]:
        """What follows a prefix and a slash in the keys of all objects that have it."""
        root = f"{BUCKET}/{prefix}/"
        return [name.removeprefix(root) for name in self.files.find(root) if name.startswith(root)]

    def objects(self, prefix: str) -> dict[str, bytes]:
        """All below a prefix, by the same names."""
        return {name: self.files.cat_file(f"{BUCKET}/{prefix}/{name}") for name in self.names(prefix)}

    @cached_property
    def files(self) -> fsspec.AbstractFileSystem:
        """The store as fsspec has it, which remembers nothing of what it listed."""
        return fsspec.filesystem(
            "s3",
            endpoint_url=self.url,
            key="nobody",
            secret="nothing",
            use_listings_cache=False,
            skip_instance_cache=True,
        )


@contextmanager
def s3_store(folder: Path) -> Iterator[S3Store]:
    """A store that runs inside the block, and writes its log into the folder."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "moto.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until_listening(port)
        store = S3Store(f"http://127.0.0.1:{port}")
        store.files.mkdir(BUCKET)
        yield store
    finally:
        process.kill()
        process.wait()
