"""Compile the searches and the road engine while other checks run: the tests then start warm."""

import tempfile

import routing as rt
from routing.solver.kinds import KINDS
from routing.solver.warming import warm_up

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        county = rt.make_sample(folder, seed=1, size="small")
        rt.make_plan(rt.read_district(county), rt.read_policy(county / "policy.toml"), max_rounds=0)
    for kind in KINDS:
        warm_up(kind)
