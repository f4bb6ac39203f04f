"""Who runs the searches? A few processes that live long and may be killed at any time."""

import contextlib
import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self

from routing.solver.wire import read_line, write_line

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-m", "routing.solver.child")
"""How a child is started: no module of the current folder can stand in for ours."""
TRIES = 2
"""A question that kills a child is asked once more, of a fresh one."""
GRACE_S = 10.0
"""Beyond its share a search may take so much longer before it is killed (assumed)."""


LEAST_S = 0.05
"""A search gets at least so long: enough for a simple answer (measured)."""


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

    def ask(self, question: dict[str, Any], hard_s: float) -> dict[str, Any]:
        """Return the child's answer.

        Parameters
        ----------
        question
            What to solve.
        hard_s
            After so many seconds the child is killed.

        Raises
        ------
        ChildDiedError
            When there is no answer, whatever the reason.
        """
        process = self._started()
        timer = threading.Timer(hard_s, self._end)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            assert process.stdin is not None  # noqa: S101
            assert process.stdout is not None  # noqa: S101
            limits = {"hard_s": hard_s + GRACE_S, "asked_s": time.time()}
            process.stdin.write(write_line({**question, **limits}))
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError) as error:
            raise ChildDiedError(self._last_words()) from error
        finally:
            timer.cancel()
            if not line:
                self._end()
        try:
            answer = read_line(line)
        except ValueError as error:
            self._end()
            raise ChildDiedError(self._last_words()) from error
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


def _start(command: Sequence[str], said: BinaryIO) -> subprocess.Popen[bytes]:
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


class _Shares:
    """Who is next, and how long may it take? Time that nobody used goes to those left."""

    def __init__(self, weights: Sequence[float], seconds: float, n_children: int) -> None:
        self.left = list(range(len(weights)))
        self.weights = weights
        self.until_s = time.monotonic() + seconds
        self.free_s = [0.0] * n_children
        self.lock = threading.Lock()

    def take(self, child: int) -> tuple[int, float] | None:
        """Return the next question for a child and its seconds; None when none is left."""
        with self.lock:
            if not self.left:
                return None
            now_s = time.monotonic()
            self.free_s[child] = now_s
            room_s = sum(max(0.0, self.until_s - max(now_s, free_s)) for free_s in self.free_s)
            part = self.weights[self.left[0]] / sum(self.weights[k] for k in self.left)
            seconds = max(LEAST_S, min(self.until_s - now_s, room_s * part))
            self.free_s[child] = now_s + seconds
            return self.left.pop(0), seconds


def ask_all(
    questions: Sequence[dict[str, Any]],
    weights: Sequence[float],
    seconds: float,
    *,
    workers: int,
    progress: Callable[[int], None],
    command: Sequence[str] = COMMAND,
) -> list[dict[str, Any] | None]:
    """Return the answer to each question, asked of a few children in the order given.

    Parameters
    ----------
    questions
        What to solve; one with ``max_rounds`` may take all the seconds, others a share.
    weights
        How much of the time each is worth.
    seconds
        For all together (s).
    workers
        How many children.
    progress
        Called with the number done, in the caller's thread.
    command
        How a child is started.

    Returns
    -------
    answers
        None where the search died, and died again in a fresh child.
    """
    answers: list[dict[str, Any] | None] = [None] * len(questions)
    n_children = max(1, min(workers, len(questions)))
    shares = _Shares(weights, seconds, n_children)
    done: queue.SimpleQueue[tuple[int, dict[str, Any] | None]] = queue.SimpleQueue()

    def work(place: int, child: Child) -> None:
        while not child.closed and (taken := shares.take(place)) is not None:
            number, share_s = taken
            if questions[number]["max_rounds"] is not None:
                share_s = seconds
            answer = None
            try:
                answer = _ask_twice(child, questions[number], share_s, shares.until_s)
            finally:
                done.put((number, answer))

    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(Child(command)) for _ in range(n_children)]
        for place, child in enumerate(children):
            threading.Thread(target=work, args=(place, child), daemon=True).start()
        for n_done in range(1, len(questions) + 1):
            number, answers[number] = _wait(done)
            progress(n_done)
    return answers


def _wait(done: "queue.SimpleQueue[Any]") -> Any:
    """Return the next answer; wakes often, so that an interruption gets through."""
    while True:
        with contextlib.suppress(queue.Empty):
            return done.get(timeout=0.2)


def _ask_twice(
    child: Child, question: dict[str, Any], seconds: float, until_s: float
) -> dict[str, Any] | None:
    for attempt in range(1, TRIES + 1):
        try:
            return child.ask({**question, "seconds": seconds}, 1.5 * seconds + GRACE_S)
        except ChildDiedError as error:
            if child.closed:
                return None
            log.warning("solver: a search died (attempt %d of %d): %s", attempt, TRIES, error)
        if question["max_rounds"] is None:
            seconds = max(LEAST_S, min(seconds, until_s - time.monotonic()))
    return None
