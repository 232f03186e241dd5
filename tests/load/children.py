"""Programs of this measurement, run beside the stack: echo servers, and clients that make rounds of calls."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from deploy.local.sites import CHECKOUT

STOP_SECONDS = 10


class Child:
    """One module of this package in a process of its own, ready; ended when its `with` block is left."""

    def __init__(self, module: str, env: Mapping[str, str]) -> None:
        self._popen = subprocess.Popen(
            (sys.executable, "-W", "ignore", "-m", f"tests.load.{module}"),
            cwd=CHECKOUT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._expect("ready")

    @property
    def pid(self) -> int:
        return self._popen.pid

    def round(self, size: int) -> float:
        """Has a client make so many calls; answers how many seconds they took."""
        assert self._popen.stdin is not None
        self._popen.stdin.write(f"{size}\n")
        self._popen.stdin.flush()
        return float(json.loads(self._line()))

    def _expect(self, word: str) -> None:
        if (line := self._line()) != word:
            raise RuntimeError(f"{self._popen.args!r} said {line!r} and not {word!r}")

    def _line(self) -> str:
        assert self._popen.stdout is not None
        return self._popen.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._popen.terminate()
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
