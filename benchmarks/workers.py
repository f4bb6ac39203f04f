"""Talk to processes that measure: one JSON object a line each way, one core for all."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent


class WorkerError(RuntimeError):
    """A worker could not do what it was asked."""


def one_core() -> int | None:
    """Return the core on which everything is timed; None where it cannot be chosen."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


class Worker:
    """A process that answers questions; ended with its context."""

    def __init__(
        self, script: str, *, python: str = sys.executable, numba: bool = True, **env: str
    ) -> None:
        """Start a script of this folder.

        Parameters
        ----------
        script
            Its file name.
        python
            Which Python runs it.
        numba
            Whether the project may use numba.
        env
            More environment variables.
        """
        single = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
        )
        core = one_core()
        self.process = subprocess.Popen(
            [python, str(HERE / script), *([] if core is None else [str(core)])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **single, "SCHOOLBUS_NO_NUMBA": "0" if numba else "1", **env},
        )  # fmt: skip

    def ask(self, what: str, *, limit_s: float = 7_200, **more: Any) -> dict[str, Any]:
        """Ask one question; return the answer.

        Parameters
        ----------
        what
            The worker's method.
        limit_s
            After so long (s) the worker is ended.
        more
            What the method wants.

        Raises
        ------
        WorkerError
            When the worker says so, or is gone.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"ask": what, **more}) + "\n")
        self.process.stdin.flush()
        late = threading.Timer(limit_s, self.process.kill)
        late.start()
        began = time.monotonic()
        line = self.process.stdout.readline()
        late.cancel()
        if not line:
            over = time.monotonic() - began >= limit_s
            ended = f"the process ended with code {self.process.wait()}"
            msg = f"{what}: {f'not done in {limit_s:.0f} s' if over else ended}"
            raise WorkerError(msg)
        answer = json.loads(line)
        if "failed" in answer:
            msg = f"{what}: {answer['failed']}"
            raise WorkerError(msg)
        return answer

    def __enter__(self) -> "Worker":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
