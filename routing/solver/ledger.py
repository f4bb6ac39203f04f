"""What have searches found so far? Kept in a file, so that an interrupted run goes on from there."""

import contextlib
import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from routing.disk import explain
from routing.solver.kinds import KINDS
from routing.solver.wire import unpack

if TYPE_CHECKING:
    from routing.solver.crew import Ask

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""A better answer to a question is written so often at most (s, assumed); its last one always."""

MARK = 16
"""Hex digits of the digest before each line: enough to tell a line that was cut off."""


class Entry(NamedTuple):
    """The best answer heard to a question, and whether its search came to its end."""

    answer: dict[str, Any]
    is_done: bool


class Ledger:
    """Answers by question, in a file to which only whole lines are added.

    A question is known by everything that it asks: problem, seed, rounds and start. So an
    answer never belongs to another question, whatever changed meanwhile. What was cut off
    when the writer was killed is not read. An answer is believed no more than that of a
    search process: whoever asked confirms it.

    Parameters
    ----------
    path
        The file; made where it is absent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Entry] = {}
        self.written_s: dict[str, float] = {}
        self.is_open = True
        self.n_before = self._read()

    def recall(self, key: str) -> Entry | None:
        """Return what is known about a question."""
        return self.known.get(key)

    def note(self, key: str, answer: dict[str, Any], *, is_done: bool) -> None:
        """Keep a better answer; a disk that refuses costs the note, never the run.

        Parameters
        ----------
        key
            From ``question_key``.
        answer
            As it travels between processes.
        is_done
            Whether the search came to its end.
        """
        self.known[key] = Entry(answer, is_done)
        now_s = time.monotonic()
        if not is_done and now_s - self.written_s.get(key, -EVERY_S) < EVERY_S:
            return
        self.written_s[key] = now_s
        content = json.dumps({"key": key, "done": is_done, "answer": answer}, separators=(",", ":"))
        self._add(f"{_mark(content)} {content}\n".encode())

    @property
    def n_done(self) -> int:
        """How many searches came to their end."""
        return sum(entry.is_done for entry in self.known.values())

    def _add(self, line: bytes) -> None:
        if not self.is_open:
            return
        try:
            with self.path.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.is_open = False
            log.warning("The way so far is not kept any more: %s.", explain(error)[0].en)

    def _read(self) -> int:
        """Read whole lines; return how many questions they answer."""
        with contextlib.suppress(FileNotFoundError):
            content = self.path.read_bytes()
            for line in content.splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    mark, _, text = line.decode().partition(" ")
                    if mark == _mark(text):
                        entry = json.loads(text)
                        self.known[entry["key"]] = Entry(entry["answer"], bool(entry["done"]))
            if content and not content.endswith(b"\n"):
                self._add(b"\n")
        return len(self.known)


def recall_answers(
    ledger: Ledger | None, asks: Sequence["Ask"]
) -> tuple[list["Ask"], list[str], dict[int, Any]]:
    """Return the questions, with better starts, their keys, and the answers that are final.

    Where rounds are counted, a search that did not come to its end begins again as it
    began, so that its answer is the same.

    Parameters
    ----------
    ledger
        None: nothing is known.
    asks
        The questions.
    """
    asks = list(asks)
    if ledger is None:
        return asks, [""] * len(asks), {}
    keys = [question_key(ask) for ask in asks]
    final: dict[int, Any] = {}
    for number, (ask, key) in enumerate(zip(asks, keys, strict=True)):
        entry = ledger.recall(key)
        if entry is None:
            continue
        with contextlib.suppress(ValueError, KeyError, TypeError):
            answer = unpack(KINDS[ask.kind].solution, entry.answer)
            if entry.is_done:
                final[number] = answer
            elif ask.max_rounds is None:
                asks[number] = replace(ask, start=answer)
    return asks, keys, final


def note_answer(ledger: Ledger | None, key: str, answer: dict[str, Any], *, is_done: bool) -> None:
    """Keep an answer where there is a ledger; as ``Ledger.note``."""
    if ledger is not None:
        ledger.note(key, answer, is_done=is_done)


def question_key(ask: "Ask") -> str:
    """Return the SHA-256 of everything that a question asks."""
    content = hashlib.sha256(f"{ask.kind} {ask.seed} {ask.max_rounds}".encode())
    _add_value(content, ask.problem)
    _add_value(content, ask.start)
    return content.hexdigest()


def _add_value(content: Any, value: Any) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            content.update(f"{field.name}=".encode())
            _add_value(content, getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        content.update(f"{value.dtype.str}{value.shape}".encode())
        content.update(np.ascontiguousarray(value).data)
    elif isinstance(value, tuple | list):
        content.update(f"({len(value)}".encode())
        for part in value:
            _add_value(content, part)
    else:
        content.update(f"{value!r};".encode())


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]
