"""How is a search kept apart? In a process of its own that may be killed at any time."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self

from routing.solver.wire import read_line, write_line

COMMAND = (sys.executable, "-P", "-m", "routing.solver.child")
"""How a child is started: no module of the current folder can stand in for ours."""
GRACE_S = 10.0
"""Beyond its time a search may take so much longer before it is killed, where it has said
nothing yet (assumed)."""


class ChildDiedError(Exception):
    """A child crashed, was killed, took too long, or reported an error."""


class Child:
    """One search process; started when first asked, and again after it died.

    Parameters
    ----------
    command
        How to start it.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.command = tuple(command)
        self.process: subprocess.Popen[bytes] | None = None
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        self.lock = threading.Lock()
        self.closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def ask(
        self,
        question: dict[str, Any],
        hard_s: float,
        soft_s: float | None = None,
        note: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """Return the child's last answer.

        Parameters
        ----------
        question
            What to solve.
        hard_s
            After so many seconds the child is killed.
        soft_s
            After so many it is killed as well, if it has a better answer to show.
        note
            Told of every better answer on the way.

        Raises
        ------
        ChildDiedError
            When there is no last answer, whatever the reason.
        """
        process = self._started()
        heard = threading.Event()

        def end_if_heard() -> None:
            if heard.is_set():
                self._end()

        timers = [threading.Timer(hard_s, self._end)]
        if soft_s is not None:
            timers.append(threading.Timer(soft_s, end_if_heard))
        for timer in timers:
            timer.daemon = True
            timer.start()
        answer: dict[str, Any] = {}
        try:
            _write(process, {**question, "hard_s": hard_s + GRACE_S, "asked_s": time.time()})
            while "better" in (answer := _read(process)):
                note(answer["better"])
                heard.set()
        except (OSError, ValueError) as error:
            self._end()
            raise ChildDiedError(self._last_words()) from error
        finally:
            for timer in timers:
                timer.cancel()
        if "error" in answer:
            raise ChildDiedError(str(answer["error"]))
        return answer

    def close(self) -> None:
        """End the process for good."""
        self.closed = True
        self._end()
        self.said.close()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.lock:
            if self.closed:
                raise ChildDiedError("closed")  # noqa: EM101
            if self.process is None or self.process.poll() is not None:
                self.process = _start(self.command, self.said)
            return self.process

    def _end(self) -> None:
        with self.lock:
            process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self.said.seek(0)
            return self.said.read()[-1000:].decode("utf-8", "replace").strip()
        return ""


def _write(process: "subprocess.Popen[bytes]", message: dict[str, Any]) -> None:
    assert process.stdin is not None  # noqa: S101
    process.stdin.write(write_line(message))
    process.stdin.flush()


def _read(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101
    return read_line(process.stdout.readline())


def _start(command: Sequence[str], said: BinaryIO) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, env=_environment())  # noqa: S603
    except OSError as error:
        raise ChildDiedError(str(error)) from error


def _environment() -> dict[str, str]:
    """Return the environment of a child: this package first, one thread for numbers."""
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
