"""``python -m routing.sample OUT --seed 1``: write the made county into a folder."""

import argparse
import sys
from collections.abc import Sequence

from routing.sample.sizes import SIZES
from routing.sample.writing import make_sample


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a county and say where it stands.

    Parameters
    ----------
    arguments
        As given in the shell; None for the process's own.
    """
    parser = argparse.ArgumentParser(prog="python -m routing.sample", description=__doc__)
    parser.add_argument("folder", help="where to write")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another county")
    parser.add_argument("--size", choices=list(SIZES), default="county")
    chosen = parser.parse_args(arguments)
    folder = make_sample(chosen.folder, seed=chosen.seed, size=chosen.size)
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
