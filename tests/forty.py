"""Marks a test with the fault it is about; docs/faults.md is a table of these marks."""

from collections.abc import Callable
from typing import Any, NamedTuple

CODES = {
    "E": ("stops, exit code 3", "停止，退出码3"),
    "W": ("goes on with a warning", "警告后继续"),
    "R": ("recovers", "自动恢复"),
    "U": ("listed as unserved with the reason", "列为未安排并说明原因"),
}
"""What happens: in English and in Chinese."""


class Mark(NamedTuple):
    """One fault that the product survives.

    Parameters
    ----------
    number
        From 1 to 40.
    fault, fault_zh
        What went wrong.
    code
        One or two letters of ``CODES``.
    sees, sees_zh
        What the planner sees, one sentence.
    """

    number: int
    fault: str
    fault_zh: str
    code: str
    sees: str
    sees_zh: str


def survives(
    number: int, fault: str, fault_zh: str, code: str, sees: str, sees_zh: str
) -> Callable[[Any], Any]:
    """Return a decorator that marks a test as the one of a fault."""
    mark = Mark(number, fault, fault_zh, code, sees, sees_zh)
    assert set(code.split("/")) <= set(CODES), code
    assert all(mark), number

    def marked(test: Any) -> Any:
        test.survives = mark
        return test

    return marked


class Told(NamedTuple):
    """What the planner is told about a county's files: sentences, English and Chinese."""

    faults: tuple[Any, ...]
    en: str
    zh: str


def look(folder: Any) -> Told:
    """Inspect a county folder as the command does; notes, repairs and doubts in one text."""
    from routing.inputs import check_inputs

    found = check_inputs(folder, cache=False)
    lists = (found.notes, found.repairs, found.suspicions)
    lines = [line for one in lists for line in one]
    return Told(
        found.faults, *("\n".join(line.say(lang) for line in lines) for lang in ("en", "zh"))
    )


def command(*words: Any) -> tuple[int, str]:
    """Run a command in this process; return its exit code and all it said."""
    from typer.testing import CliRunner

    from routing.cli import app

    done = CliRunner().invoke(app, [str(word) for word in words], env={"SCHOOLBUS_LANG": "en"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def only_fault(folder: Any) -> Any:
    """Return the one fault of a county folder, which the command ends with exit code 3 for."""
    (fault,) = look(folder).faults
    code, said = command("check-inputs", folder, "--lang", "en")
    assert code == 3, said
    assert fault.problem.en[:20] in said
    assert fault.problem.zh
    return fault
