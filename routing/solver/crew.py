"""Who runs the searches? A few processes side by side, each with its share of the time.

A search that crashes or hangs leaves its best answer so far, or none. An interruption from
the keyboard ends all searches at once, and what they had found counts.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from routing.solver.kinds import KINDS
from routing.solver.ledger import Ledger, note_answer, recall_answers
from routing.solver.spawn import COMMAND, GRACE_S, Child, ChildDiedError
from routing.solver.wire import pack, unpack

log = logging.getLogger(__name__)

TRIES = 2
"""A question that kills a child is asked once more, of a fresh one."""
LEAST_S = 0.05
"""A search gets at least so long: enough for a simple answer (measured)."""
OVERRUN_SHARE, OVERRUN_S = 0.04, 0.25
"""A search with a better answer to show is stopped so much after its time (the larger
counts): a clock is kept within 5 per cent."""

MOST_WARMING_S = 900.0
"""After so long a process that compiles is given up (assumed: ten times a slow machine's)."""
MOST_START_S = 5.0
"""Starting and warming up count as searching up to so long (assumed)."""

Better = Callable[[int, Any], None]
"""Called with the number of a question and a better answer to it."""


Progress = Callable[[int, int], None]
"""Called with how many problems are done, of how many."""


@dataclass(frozen=True)
class Search:
    """How hard, how long and under whose eyes many problems are searched.

    Parameters
    ----------
    seconds
        Wall-clock time for all together (s); kept within 5 per cent, unless
        ``max_rounds`` decides.
    seed
        Makes one search differ from another.
    max_rounds
        When given, no clock decides: the same seed gives the same routes on every
        machine, and ``seconds`` is only a net. One round takes about a second.
    workers
        How many processes search at the same time.
    progress
        Called with (done, total).
    better
        Called with the number of a problem and a better answer to it, confirmed.
    halt
        Set when the user interrupts: all searches that share it end with their best.
    command
        How a search process is started.
    crew
        Processes to use, of several searches one after the other; None: own ones.
    """

    seconds: float
    seed: int
    max_rounds: int | None = None
    workers: int = 2
    progress: Progress | None = None
    better: Better | None = None
    halt: threading.Event | None = None
    command: Sequence[str] = COMMAND
    crew: "Crew | None" = None


@dataclass(frozen=True, eq=False)
class Ask:
    """One question for a search process.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    problem
        The problem's record.
    seed, max_rounds
        As in ``solve_routes``; with rounds, a question may take all the seconds.
    start
        An answer to start from, or None.
    weight
        Its share of the time.
    """

    kind: str
    problem: Any
    seed: int
    max_rounds: int | None
    start: Any = None
    weight: float = 1.0


@dataclass(frozen=True)
class _News:
    """A better answer, the one at which its search ended by itself, or the end of a question."""

    number: int
    answer: dict[str, Any] | None
    is_last: bool
    is_whole: bool = False


class _Shares:
    """Who is next, and how long may it take? Time that nobody used goes to those left."""

    def __init__(
        self, left: Sequence[int], weights: Sequence[float], seconds: float, n_children: int
    ) -> None:
        self.left = list(left)
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
            total = sum(self.weights[k] for k in self.left)
            part = self.weights[self.left[0]] / total if total else 1.0
            seconds = max(LEAST_S, min(self.until_s - now_s, room_s * part))
            self.free_s[child] = now_s + seconds
            return self.left.pop(0), seconds


class Crew(contextlib.AbstractContextManager["Crew"]):
    """Processes that serve several rounds of questions; all end with the ``with``.

    Parameters
    ----------
    workers
        How many processes.
    command
        How a process is started.
    ledger
        Where answers are kept, and those of an interrupted run are found; None: nowhere.
    """

    def __init__(
        self, workers: int = 2, command: Sequence[str] = COMMAND, ledger: Ledger | None = None
    ) -> None:
        self.ledger = ledger
        self.children = [Child(command) for _ in range(max(1, workers))]
        self.is_warm: set[tuple[str, int]] = set()

    def __exit__(self, *error: object) -> None:
        self.close()

    def warm(self, kind: str, n_children: int) -> None:
        """Let processes start, and compile what a kind of search needs, all side by side.

        Compiling takes up to a minute or two once after an installation; loading what was
        compiled takes a second or two.
        """
        wanted = {(kind, place) for place in range(n_children)}
        cold = [self.children[place] for _, place in sorted(wanted - self.is_warm)]
        self.is_warm |= wanted
        threads = [threading.Thread(target=_warm, args=(child, kind)) for child in cold]
        for thread in threads:
            thread.daemon = True
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=0.2)

    def close(self) -> None:
        """End all processes for good."""
        for child in self.children:
            child.close()


def open_crew(
    crew: Crew | None, workers: int = 2, command: Sequence[str] = COMMAND
) -> contextlib.AbstractContextManager[Crew]:
    """Return the crew given, left open afterwards, or one that ends with the ``with``."""
    return Crew(workers, command) if crew is None else contextlib.nullcontext(crew)


def ask_all(
    crew: Crew,
    asks: Sequence[Ask],
    seconds: float,
    *,
    progress: Callable[[int], None] = lambda _: None,
    better: Better = lambda *_: None,
    halt: threading.Event | None = None,
) -> list[Any | None]:
    """Return the answer to each question, asked of the crew in the order given.

    Parameters
    ----------
    crew
        Who searches.
    asks
        What to solve.
    seconds
        For all together (s), shared out by weight.
    progress
        Called with the number done, in the caller's thread.
    better
        Called with better answers on the way, in the caller's thread.
    halt
        Set by an interruption from the keyboard, which this swallows, and which ends the
        crew; where it is set already, or the crew has ended, nothing is searched.

    Returns
    -------
    answers
        The best heard to each question; None where nothing was.
    """
    asks, keys, final = recall_answers(crew.ledger, asks)
    best, left = _begin(len(asks), final, better)
    if not left or _is_over(crew, halt):
        return best
    children = crew.children[: len(left)]
    news: queue.SimpleQueue[_News] = queue.SimpleQueue()

    def take(one: _News) -> None:
        if one.answer is not None:
            best[one.number] = unpack(KINDS[asks[one.number].kind].solution, one.answer)
            note_answer(crew.ledger, keys[one.number], one.answer, is_done=one.is_whole)
            better(one.number, best[one.number])

    try:
        left_s = seconds - _start(crew, asks, len(children))
        shares = _Shares(left, [ask.weight for ask in asks], left_s, len(children))
        for place, child in enumerate(children):
            work = (place, child, asks, shares, seconds, news)
            threading.Thread(target=_work, args=work, daemon=True).start()
        for n_done in range(1 + len(final), len(asks) + 1):
            while not (one := _wait(news)).is_last:
                take(one)
            progress(n_done)
    except KeyboardInterrupt:
        if halt is None:
            raise
        halt.set()
        crew.close()
        log.warning("solver: interrupted; the best answers found so far are used.")
        while not news.empty():
            take(news.get())
    return best


def _begin(
    n_asks: int, final: dict[int, Any], better: Better
) -> tuple[list[Any | None], list[int]]:
    """Return the answers known from an interrupted run, told as if found now, and what is left."""
    for number, answer in final.items():
        better(number, answer)
    numbers = range(n_asks)
    return [final.get(number) for number in numbers], [n for n in numbers if n not in final]


def _is_over(crew: Crew, halt: threading.Event | None) -> bool:
    return (halt is not None and halt.is_set()) or all(child.closed for child in crew.children)


def _start(crew: Crew, asks: Sequence[Ask], n_children: int) -> float:
    """Start and warm up the processes; return how much of that counts as searching (s)."""
    begun_s = time.monotonic()
    for kind in {ask.kind for ask in asks}:
        crew.warm(kind, n_children)
    return min(MOST_START_S, time.monotonic() - begun_s)


def _warm(child: Child, kind: str) -> None:
    try:
        child.ask({"kind": "warm", "of": kind}, MOST_WARMING_S)
    except ChildDiedError as error:
        log.debug("solver: a process did not warm up: %s", error)


def _work(
    place: int,
    child: Child,
    asks: Sequence[Ask],
    shares: _Shares,
    seconds: float,
    news: "queue.SimpleQueue[_News]",
) -> None:
    """Ask one process question after question, until none is left or it is closed."""
    while not child.closed and (taken := shares.take(place)) is not None:
        number, share_s = taken
        if asks[number].max_rounds is not None:
            share_s = seconds
        try:
            _ask_twice(child, asks[number], number, share_s, news)
        finally:
            news.put(_News(number, None, is_last=True))


def _wait(news: "queue.SimpleQueue[_News]") -> _News:
    """Return what comes next; wakes often, so that an interruption gets through."""
    while True:
        with contextlib.suppress(queue.Empty):
            return news.get(timeout=0.2)


def _ask_twice(
    child: Child, ask: Ask, number: int, seconds: float, news: "queue.SimpleQueue[_News]"
) -> None:
    """Put every better answer and the last one into the news; a second try goes on from there."""
    question = {
        "kind": ask.kind,
        "problem": pack(ask.problem),
        "start": None if ask.start is None else pack(ask.start),
        "seed": ask.seed,
        "max_rounds": ask.max_rounds,
    }
    heard: list[dict[str, Any]] = []

    def note(answer: dict[str, Any]) -> None:
        heard[:] = [answer]
        news.put(_News(number, answer, is_last=False))

    until_s = time.monotonic() + seconds
    for attempt in range(1, TRIES + 1):
        left_s = max(LEAST_S, until_s - time.monotonic())
        soft_s = left_s + max(OVERRUN_S, OVERRUN_SHARE * seconds)
        try:
            answer = child.ask(
                {**question, "seconds": left_s, "start": heard[0] if heard else question["start"]},
                1.5 * left_s + GRACE_S,
                None if ask.max_rounds is not None else soft_s,
                note,
            )
            news.put(_News(number, answer["solution"], is_last=False, is_whole=True))
        except ChildDiedError as error:
            if child.closed:
                return
            if heard and time.monotonic() >= until_s:
                news.put(_News(number, heard[0], is_last=False, is_whole=True))
                return
            log.warning("solver: a search died (attempt %d of %d): %s", attempt, TRIES, error)
        else:
            return
