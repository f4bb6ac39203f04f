"""What does planning on save, and what does it lose? Against planning everything anew.

The county is planned once. Then each of some small schools is closed: once planned on from
that plan (only what changed is searched anew), and with several seeds planned from scratch.
Told are wall-clock times and their ratio, and the yearly cost of buses and driving: how far
the plan made onwards is from the mean of those from scratch, beside how far those lie apart.
Every plan is judged; a breach ends the run.

    python benchmarks/replanning.py [COUNTY] [--schools S06,S13,S34] [--seconds 60] \
        [--onward-seconds 10] [--seeds 2]
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import routing as rt  # noqa: E402
from routing.records import District, Plan  # noqa: E402
from routing.solver import Crew  # noqa: E402


def judged(plan: Plan) -> Plan:
    """Return the plan, or end where it breaks a rule."""
    breaches = rt.check_plan(plan)
    if breaches:
        sys.exit(f"not a plan: {breaches[0]}")
    return plan


def timed(make: "object") -> tuple[Plan, float]:
    begun_s = time.perf_counter()
    plan = make()
    took_s = time.perf_counter() - begun_s
    return judged(plan), took_s


def cost_yuan(plan: Plan) -> float:
    return float(rt.summarise_plan(plan, n_breaches=0)["yuan_per_year"])


def compare(before: Plan, district: District, arguments: argparse.Namespace, crew: Crew) -> str:
    """Return one row of the table."""
    onward, onward_s = timed(
        lambda: rt.replan(before, district, seconds=arguments.onward_seconds, crew=crew)
    )
    scratch = [
        timed(
            lambda seed=seed: rt.replan(
                before, district, seconds=arguments.seconds, seed=seed, from_scratch=True, crew=crew
            )
        )
        for seed in range(1, arguments.seeds + 1)
    ]
    costs = [cost_yuan(plan) for plan, _ in scratch]
    mean = sum(costs) / len(costs)
    scratch_s = sum(took_s for _, took_s in scratch) / len(scratch)
    return (
        f"{onward_s:.1f} | {scratch_s:.1f} | {onward_s / scratch_s:.2f} "
        f"| {cost_yuan(onward) / mean - 1:+.2%} | {(max(costs) - min(costs)) / mean:.2%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("county", nargs="?", type=Path, default=ROOT / "data" / "sample")
    parser.add_argument("--schools", default="S06,S13,S34")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--onward-seconds", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    district = rt.read_district(arguments.county)
    policy = rt.read_policy(arguments.county / "policy.toml")
    print(
        "| closed | onwards s | from scratch s | ratio | cost beside scratch | spread of scratch |"
    )
    print("|---|---|---|---|---|---|")
    with Crew() as crew:
        before = judged(rt.make_plan(district, policy, seconds=arguments.seconds, crew=crew))
        for school_id in arguments.schools.split(","):
            closed = rt.Scenario(school_id, (rt.CloseSchool(school_id),))
            after = rt.apply_scenario(closed, district, policy)
            print(f"| {school_id} | {compare(before, after, arguments, crew)} |", flush=True)


if __name__ == "__main__":
    main()
