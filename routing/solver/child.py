"""A process that searches: it reads problems, one a line, and writes answers.

Run as ``python -m routing.solver.child``. It may crash or be killed at any time without
harm to anyone else; it ends by itself when its parent is gone or a search takes too long.
"""

import faulthandler
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from routing.solver.effort import start_effort
from routing.solver.kinds import KINDS
from routing.solver.warming import warm_up
from routing.solver.wire import pack, read_line, unpack, write_line

LEAST_S, MOST_START_S = 0.02, 5.0
"""A search has at least so long; the start of this process is taken off its time, but a
clock that was set meanwhile takes no more than so long (assumed)."""
MEMORY_BYTES = 4 * 2**30
"""Address space of one search: enough for any school seen, too little to harm the machine
(assumed)."""


def main(before: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Answer every line of standard input until it ends.

    Parameters
    ----------
    before
        Called with each question first; tests crash or hang the process with it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(sys.stdin.buffer, questions), daemon=True)
    reader.start()
    say = partial(_say, answers)
    while True:
        question = read_line(questions.get())
        faulthandler.dump_traceback_later(question["hard_s"], exit=True)
        if question["kind"] == "warm":
            say(_warm(question["of"]))
            continue
        if before is not None:
            before(question)
        say(_answer(question, lambda better: say({"better": pack(better)})))
        faulthandler.cancel_dump_traceback_later()


def _say(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(write_line(message))
    answers.flush()


def _read(lines: BinaryIO, questions: "queue.SimpleQueue[bytes]") -> None:
    """Pass lines on; when they end the parent is gone, and so is the reason to search."""
    for line in lines:
        questions.put(line)
    os._exit(0)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _warm(name: str) -> dict[str, Any]:
    """Compile what a kind of search needs, or load it."""
    try:
        warm_up(name)
    except (Exception, MemoryError):
        return {"error": traceback.format_exc(limit=-3)}
    return {"solution": None}


def _answer(question: dict[str, Any], report: Callable[[Any], None]) -> dict[str, Any]:
    """Return the message that answers a question; better answers are reported on the way."""
    try:
        under_way_s = min(MOST_START_S, max(0.0, time.time() - question["asked_s"]))
        seconds = max(LEAST_S, question["seconds"] - under_way_s)
        effort = start_effort(seconds, question["seed"], question["max_rounds"])
        kind = KINDS[question["kind"]]
        problem = unpack(kind.problem, question["problem"])
        given = question["start"]
        start = None if given is None else unpack(kind.solution, given)
        return {"solution": pack(kind.find_search()(problem, effort, start=start, report=report))}
    except (Exception, MemoryError):
        return {"error": traceback.format_exc(limit=-3)}


if __name__ == "__main__":
    main()
