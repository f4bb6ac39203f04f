"""A writer that is killed with SIGKILL, at whatever moment, leaves the old or the new file."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

N_KILLS, SEED = 200, 7

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no fork and no SIGKILL")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What 200 kills at random moments, and one at every step, left."""
    here = Path(__file__).parent
    memory = Path("/dev/shm")  # a kill is no power cut: no disk needs to be waited for
    base = memory if os.access(memory, os.W_OK) else tmp_path_factory.getbasetemp()
    root = Path(tempfile.mkdtemp(prefix="killed-", dir=base))
    done = subprocess.run(
        [sys.executable, here / "killing.py", root, f"{N_KILLS}", f"{SEED}"],
        check=False, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(here.parent)},
    )  # fmt: skip
    shutil.rmtree(root)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_two_hundred_kills_leave_the_old_or_the_new_file(told):
    """Plans, maps, reports, workbooks, caches, texts, scenarios and ledgers; all hit a writer."""
    kills = told["random"]
    assert sum(one["kills"] for one in kills.values()) == N_KILLS
    assert sum(one["hit"] for one in kills.values()) == N_KILLS
    assert {name: one["broken"] for name, one in kills.items() if one["broken"]} == {}
    assert sum(sum(one["found"]) for one in kills.values()) == N_KILLS


def test_many_of_the_kills_hit_between_the_first_and_the_last_byte(told):
    """A draft was left behind; the rest were killed while drawing, or between two writings."""
    assert sum(one["drafts"] for one in told["random"].values()) >= 0.1 * N_KILLS


def test_a_kill_before_each_single_step_leaves_all_files_old_or_all_new(told):
    for name, one in told["steps"].items():
        assert one["broken"] == [], name
        assert one["ended"] == 0
        assert one["kills"] > 5
        assert all(n > 0 for n in one["found"]), name


def test_nothing_is_left_of_killed_writers_after_the_next_one(told):
    assert [name for name in told["left"] if "careless" not in name] == []


def test_a_writer_that_writes_in_place_is_caught(told):
    """The test can fail: half a file is seen."""
    assert len(told["careless"]["in place"]["broken"]) > 0


def test_a_writer_that_replaces_two_files_one_by_one_is_caught(told):
    """The test can fail: one new file beside one old file is seen."""
    assert len(told["careless"]["one by one"]["broken"]) > 0
