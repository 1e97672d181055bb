"""Finds the child processes of this one by their command."""

from contextlib import suppress

import psutil


class ChildProcesses:
    """
    Children of this process whose command names a module.

    Searching reads every process of the machine, so it is repeated only when a found one has exited.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._found: list[psutil.Process] = []

    def __call__(self) -> list[psutil.Process]:
        if not self._found or not all(child.is_running() for child in self._found):
            self._found = [child for child in psutil.Process().children() if self._runs(child)]
        return self._found

    def _runs(self, child: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return any(self._module in argument for argument in child.cmdline())
        return False
