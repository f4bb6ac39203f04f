"""Writers that are killed: a process that forks them, kills them with SIGKILL and looks at what is left.

Run as ``python tests/killing.py FOLDER KILLS SEED``; prints one JSON object. Everything is
imported once; each writer is a fork that writes the old and the new content in turn for
ever, so that every kill hits while it writes.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from plan_by_hand import gridtown

from routing.atomic import newest_path, reading, replacing_all, write_text
from routing.outputs.maps import write_map
from routing.outputs.report import write_report
from routing.outputs.store import load_plan, save_plan
from routing.outputs.workbook import write_workbook
from routing.roads.npz import read_arrays, write_arrays
from routing.scenario import CloseSchool, Scenario, read_scenario, write_scenario
from routing.solver import Ledger

SHARES = {
    "plan": 0.2, "cache": 0.2, "json": 0.25, "ledger": 0.1, "scenario": 0.1, "map": 0.05,
    "report": 0.05, "workbook": 0.05,
}  # fmt: skip
LONGEST_S = 0.3
"""A kill comes after so long at the latest (s): slow pages are mostly killed while drawn."""
LINES = 40_000
MOST_S = 60
"""No fork lives longer (s)."""


@dataclass(frozen=True)
class Writer:
    """Writes version 0 or 1; ``look`` returns which of them is there, and raises on anything else."""

    write: Callable[[int], object]
    look: Callable[[], int]


def plans():
    plan = gridtown()
    names = plan.district.schools["name"]
    schools = [plan.district.schools.assign(name=names + f" {k}") for k in range(2)]
    return [
        replace(
            plan, made=replace(plan.made, seed=k), district=replace(plan.district, schools=schools[k])
        )
        for k in range(2)
    ]  # fmt: skip


def plan_writer(folder):
    both = plans()

    def look():
        plan = load_plan(folder)
        assert set(plan.district.schools["name"].str[-1]) == {str(plan.made.seed)}
        return plan.made.seed

    return Writer(lambda k: save_plan(both[k], folder), look)


def bytes_writer(path, write):
    """What one of two versions was before, byte by byte, it is afterwards."""
    digests = []
    for k in range(2):
        write(k)
        digests.append(_digest(path))
    assert digests[0] != digests[1]
    return Writer(write, lambda: digests.index(_digest(path)))


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cache_writer(path):
    arrays = [{"a": np.full(200_000, k), "b": np.full(50_000, k + 0.5)} for k in range(2)]

    def look():
        found = read_arrays(path)
        k = int(found["a"][0])
        assert all((found[name] == part).all() for name, part in arrays[k].items())
        return k

    return Writer(lambda k: write_arrays(path, arrays[k]), look)


def workbook_writer(path):
    both = plans()
    school = both[0].district.schools["name"].iloc[0][:-2]

    def look():
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            cells = b"".join(archive.read(name) for name in archive.namelist()).decode()
        found = [k for k in range(2) if f"{school} {k}" in cells]
        assert len(found) == 1
        return found[0]

    return Writer(lambda k: write_workbook(both[k], path, lang="en", privacy="internal"), look)


def ledger_writer(path):
    """Whole lines are added; a reader finds no answer that was not written."""

    def write(k):
        ledger = Ledger(path)
        for number in range(20):
            ledger.note(f"{k} {number}", {"routes": [k] * 3_000}, is_done=True)

    def look():
        known = Ledger(path).known
        assert known
        for key, entry in known.items():
            assert entry.answer == {"routes": [int(key[0])] * 3_000}
        return 0

    return Writer(write, look)


def writers(root):
    """All writers, each with its first version written."""
    both = plans()
    out = root / "pages"
    out.mkdir(parents=True)
    text = [json.dumps({"k": k, "rows": ["x" * 20] * LINES}) for k in range(2)]
    scenarios = [Scenario(f"{k}", (CloseSchool(f"S{k}"),) * 50) for k in range(2)]
    made = {
        "plan": plan_writer(root / "plan"),
        "cache": cache_writer(root / "roads.npz"),
        "map": bytes_writer(
            out / "m.html", lambda k: write_map(both[k], out / "m.html", lang="en")
        ),
        "report": bytes_writer(
            out / "r.html", lambda k: write_report(both[k], out / "r.html", lang="en")
        ),
        "workbook": workbook_writer(out / "plan.xlsx"),
        "json": bytes_writer(out / "t.json", lambda k: write_text(out / "t.json", text[k])),
        "scenario": Writer(
            lambda k: write_scenario(scenarios[k], out / "s.toml"),
            lambda: scenarios.index(read_scenario(out / "s.toml")),
        ),
        "ledger": ledger_writer(root / "l.jsonl"),
    }
    for one in made.values():
        one.write(0)
    return made


def fork(body):
    """Return the id of a process that runs the body and ends without any tidying."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(MOST_S)
            body()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def kill_randomly(writer, n_kills, dice, folder):
    """Kill so often; return (kills while writing, with drafts left, broken, old and new found)."""
    begun_s = time.perf_counter()
    writer.write(1)
    most_s = min(LONGEST_S, 2.5 * (time.perf_counter() - begun_s))
    hit = drafts = 0
    broken, found = [], [0, 0]

    begun, begin = os.pipe()

    def for_ever():
        os.write(begin, b"x")
        k = 0
        while True:
            writer.write(k)
            k = 1 - k

    for _ in range(n_kills):
        child = fork(for_ever)
        os.read(begun, 1)
        time.sleep(dice.uniform(0, most_s))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        hit += os.WIFSIGNALED(status)
        drafts += any(folder.glob(".draft-*")) or any(folder.glob(".ready-*"))
        try:
            found[writer.look()] += 1
        except Exception as error:
            broken.append(f"{type(error).__name__}: {error}"[:200])
    writer.write(0)
    return {"kills": n_kills, "hit": hit, "drafts": drafts, "broken": broken, "found": found}


def kill_at_every_step(writer, first=""):
    """Kill before each step of the file system that Python takes; return what was broken.

    Steps are counted from the first one of a kind on: nothing moves before ``os.rename``.
    """
    events, broken, found = 0, [], [0, 0]
    writer.write(0)
    while True:
        left, begun = [events], [not first]

        def before_step(event, _, left=left, begun=begun):
            begun[0] |= event == first
            if begun[0] and event.startswith(("open", "os.", "shutil.", "tempfile.")):
                left[0] -= 1
                if left[0] == -1:
                    os.kill(os.getpid(), signal.SIGKILL)

        def write(hook=before_step):
            sys.addaudithook(hook)
            writer.write(1)

        child = fork(write)
        _, status = os.waitpid(child, 0)
        is_changed = True
        try:
            is_changed = bool(writer.look())
            found[is_changed] += 1
        except Exception as error:
            broken.append(f"step {events}: {type(error).__name__}: {error}"[:200])
        if not os.WIFSIGNALED(status):
            return {"kills": events, "broken": broken, "found": found, "ended": status}
        if is_changed:
            writer.write(0)
        events += 1


def careless_writer(path):
    """Writes in place, as ``open(path, "w")`` does."""
    text = [f"{k}" * 4_000_000 for k in range(2)]

    def write(k):
        with path.open("w") as file:
            for start in range(0, len(text[k]), 100_000):
                file.write(text[k][start : start + 100_000])
                file.flush()

    write(0)

    def look():
        found = path.read_text()
        assert found in text, "half a file"
        return text.index(found)

    return Writer(write, look)


def careless_writer_of_two(folder):
    """Replaces two texts that belong together one by one, each of them whole."""

    def write(k):
        for name in ("a.txt", "b.txt"):
            write_text(folder / name, str(k))

    return two_texts(folder, write)


def careful_writer_of_two(folder):
    """Replaces both together."""

    def write(k):
        with replacing_all(folder, ("a.txt", "b.txt")) as drafts:
            for name in ("a.txt", "b.txt"):
                (drafts / name).write_text(str(k))

    return two_texts(folder, write)


def two_texts(folder, write):
    """Two texts that belong together."""

    def look():
        with reading(folder) as newest:
            a, b = (newest_path(folder, newest, f"{name}.txt").read_text() for name in "ab")
        assert a == b
        return int(a)

    write(0)
    return Writer(write, look)


def main(root, n_kills, seed):
    dice = random.Random(seed)
    begun_s = time.perf_counter()
    all_writers = writers(root)
    folders = {"plan": root / "plan", "cache": root, "ledger": root}
    random_kills = {
        name: kill_randomly(
            all_writers[name], round(n_kills * share), dice, folders.get(name, root / "pages")
        )
        for name, share in SHARES.items()
    }
    steps = {
        "plan": kill_at_every_step(all_writers["plan"], "os.rename"),
        "cache": kill_at_every_step(all_writers["cache"]),
        "two files": kill_at_every_step(careful_writer_of_two(root / "two")),
    }
    careless = {
        "in place": kill_randomly(careless_writer(root / "careless.txt"), 20, dice, root),
        "one by one": kill_at_every_step(careless_writer_of_two(root / "one")),
    }
    told = {
        "random": random_kills, "steps": steps, "careless": careless,
        "left": sorted(str(path.relative_to(root)) for path in root.rglob(".*")),
        "seconds": round(time.perf_counter() - begun_s, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
