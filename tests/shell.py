"""The command line in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def schoolbus(*words, cwd=None, **settings):
    """Run one command; English unless said."""
    code = "from routing.cli import main; main()"
    environment = {**os.environ, "SCHOOLBUS_LANG": "en", "PYTHONPATH": str(ROOT), **settings}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        check=False, capture_output=True, text=True, cwd=cwd, env=environment, encoding="utf-8",
    )  # fmt: skip
