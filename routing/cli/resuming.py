"""A run that was interrupted goes on: what is kept of it, by whom it is held, how it is told."""

import hashlib
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from routing.words import Text

if TYPE_CHECKING:
    from routing.outputs.unfinished import PlanJournal
    from routing.records import District, Plan
    from routing.roads.network import Roads
    from routing.solver import Crew, Ledger
    from routing.words import Lang

INTERRUPTED = 130
"""Exit code of a run that was cut short: that of shells for Ctrl-C."""

FOLDER, FITS_FILE, LEDGER_FILE, TRIES = ".unfinished", "fits.txt", "searches.jsonl", "tries"
HELD = "held"
"""The folder in it that a run holds as long as it lasts."""

BUSY = Text(
    "Another run is writing to '{out}'. Wait until it has ended, or choose another folder with "
    "--out.",
    "另一个任务正在写入“{out}”。请等待其结束，或用--out改选其他文件夹。",
)
GOES_ON = Text(
    "Going on from an interrupted run: {n} search(es) and {plans} plan(s) were finished. To "
    "begin anew, delete {folder}.",
    "从中断处继续：已完成搜索{n}次、方案{plans}个。如需重新开始，请删除{folder}。",
)
CUT_SHORT = Text(
    "Interrupted: the plan is the best found in {took_s:.0f} s. The same command goes on from "
    "here.",
    "已中断：方案为{took_s:.0f}秒内找到的最优结果。重新运行同一命令可继续。",
)
STOPPED = Text(
    "Interrupted. Files are as they were or whole; the same command goes on from what was finished.",
    "已中断。文件均为原样或完整；重新运行同一命令可从已完成处继续。",
)
NOT_ENDED = Text(
    "The last run that wrote here did not end: the plan is whole, but pages and tables beside it "
    "may belong to the plan before. Run the same command again.",
    "上一次写入此处的任务未正常结束：方案本身完整，但旁边的网页和表格可能属于旧方案。请重新运行同一命令。",
)


@dataclass(frozen=True)
class Unfinished:
    """What is kept of a run until it has ended.

    Parameters
    ----------
    folder
        Where it is kept.
    crew
        Search processes whose answers are kept in a ledger.
    ledger
        The ledger.
    halt
        Set when the user interrupts a search.
    """

    folder: Path
    crew: "Crew"
    ledger: "Ledger"
    halt: threading.Event

    def journal(self, roads: "Roads") -> "PlanJournal":
        """Return where finished plans are kept."""
        from routing.outputs.unfinished import PlanJournal

        return PlanJournal(self.folder / TRIES, roads)


@contextmanager
def going_on(out: Path, asked: str, lang: "Lang") -> Iterator[Unfinished]:
    """Hold a folder of results for one run, with what is left of an interrupted one.

    Parameters
    ----------
    out
        Where the run writes; made where it is absent.
    asked
        Everything that decides the answer: what was kept of another question is removed.
    lang
        For what is said.

    Raises
    ------
    RoutingError
        When another process runs there, or the folder cannot be written.
    """
    from routing.atomic import write_text
    from routing.disk import cannot_write
    from routing.errors import RoutingError
    from routing.solver import Crew, Ledger

    folder = out / FOLDER
    fits = hashlib.sha256(asked.encode()).hexdigest()
    with ExitStack() as stack:
        try:
            held = _hold(folder, stack)
        except OSError as error:
            raise cannot_write(out, error) from error
        if not held:
            raise RoutingError(BUSY.fill(out=out))
        if not _fits(folder, fits):
            _empty(folder)
            write_text(folder / FITS_FILE, f"{fits}\n")
        ledger = Ledger(folder / LEDGER_FILE)
        n_plans = len(list(folder.glob(f"{TRIES}/*/plan.json")))
        if ledger.n_done or n_plans:
            told = GOES_ON.fill(n=ledger.n_done, plans=n_plans, folder=folder)
            typer.echo(told.say(lang), err=True)
        crew = stack.enter_context(Crew(ledger=ledger))
        halt = threading.Event()
        run = Unfinished(folder, crew, ledger, halt)
        try:
            yield run
        except BaseException:
            if not ledger.known and not (folder / TRIES).exists():
                _remove(folder)
            raise
        if not halt.is_set():
            _remove(folder)


def question(district: "District", *asked: object, base: "Plan | None" = None) -> str:
    """Return what decides the answer of a run: files, rules, effort, the plan it starts from."""
    from importlib.metadata import version

    made = None if base is None else (base.made, base.policy)
    return repr((version("schoolbus-routing"), district.digest, *asked, made))


def tell_unfinished(run: Path, lang: "Lang") -> None:
    """Say where the last run that wrote to a folder did not end."""
    if (run / FOLDER).is_dir():
        typer.echo(NOT_ENDED.say(lang), err=True)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let a polite end (SIGTERM) be as Ctrl-C: what was found is written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _hold(folder: Path, stack: ExitStack) -> bool:
    """Return whether the folder is ours now; one that the last holder removed is made again."""
    from routing.locking import locked

    while True:
        with suppress(FileNotFoundError):
            (folder / HELD).mkdir(parents=True, exist_ok=True)
            return stack.enter_context(locked(folder / HELD))


def _fits(folder: Path, fits: str) -> bool:
    with suppress(OSError, ValueError):
        return (folder / FITS_FILE).read_text("utf-8").strip() == fits
    return False


def _remove(folder: Path) -> None:
    """Remove the folder, and that of the results where nothing is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == HELD:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
