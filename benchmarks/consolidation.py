"""Two known truths about closing schools, on a county: what transport costs, and what order loses.

(i) Consolidation can raise the total cost once transport is counted: for every number of
closures, the change in what schools cost beside the change in what buses cost.
(ii) Choosing schools first and planning buses after loses against deciding both together:
the set that is best by the schools' figures and the map alone, planned with the same
planner and the same effort, beside the best that the search with real plans found.

    python benchmarks/consolidation.py [data/sample] [--seconds 600] [--seed 1] [--most 8] [--json]
"""

import argparse
import json
import time
from pathlib import Path

import routing as rt
from routing.closures import consolidate
from routing.closures.figures import count_costs
from routing.closures.loop import begin
from routing.closures.records import Choice
from routing.closures.sequential import choose_without_buses
from routing.closures.tries import try_set
from routing.measure.schools import cost_table
from routing.onward import replan
from routing.solver import Crew


def compare_orders(
    district: rt.District,
    policy: rt.Policy,
    start: rt.Plan,
    seconds: int,
    seed: int,
    most: int | None,
) -> dict[str, object]:
    """Return both truths for one county as plain numbers."""
    found = consolidate(district, policy, start=start, seconds=seconds, seed=seed, most_closed=most)
    present = found.present
    plan_s = max(2, seconds // 30)
    with Crew() as crew:

        def planner(before: rt.Plan, after: rt.District, rules: rt.Policy) -> rt.Plan:
            return replan(before, after, rules, seconds=plan_s, seed=seed, crew=crew)

        tries, _ = begin(district, policy, start, None, planner, cost_table)
        ids = district.schools["school_id"].tolist()
        known = {frozenset(ids.index(n) for n in one.closed): one for one in found.tried}
        rows = []
        for n in range(1, len(found.bounds)):
            closed = choose_without_buses(tries.ground, n, seed=seed, clock=True)
            if closed is None:
                continue
            tries.known = {frozenset(): tries.present}
            first = known.get(closed) or try_set(tries, closed)
            fit = [c for c in found.tried if len(c.closed) == n and not c.breaks and c.plan_made]
            best = min(fit, key=lambda c: c.cost_yuan, default=None)
            rows.append(row_of(n, present, first, best))
    whole = [
        r for r in rows if r["schools_first_yuan"] is not None and not r["schools_first_breaks"]
    ]
    best_all = min(c.cost_yuan for c in found.choices)
    return {
        "present_yuan": present.cost_yuan, "present_transport_yuan": present.transport_yuan,
        "schools_yuan": present.cost_yuan - present.transport_yuan,
        "best_yuan": best_all, "stopped": found.say("en"), "rows": rows,
        "schools_first_best_yuan": min((r["schools_first_yuan"] for r in whole), default=None),
        "check_present_yuan": count_costs(start, cost_table).whole_yuan,
    }  # fmt: skip


def row_of(n: int, present: Choice, first: Choice | None, best: Choice | None) -> dict[str, object]:
    """Return one number of closures: both ways, and what each does to schools and buses."""
    made = first is not None and first.plan_made
    return {
        "n_closed": n,
        "schools_first": first.name if first else "ruled out by bounds",
        "schools_first_yuan": first.cost_yuan if made else None,
        "schools_first_breaks": [text.en for text in first.breaks] if first else [],
        "together": best.name if best else "",
        "together_yuan": best.cost_yuan if best else None,
        "transport_change_yuan": best.transport_yuan - present.transport_yuan if best else None,
        "schools_change_yuan": (best.cost_yuan - best.transport_yuan)
        - (present.cost_yuan - present.transport_yuan) if best else None,
        "total_change_percent": round(100 * (best.cost_yuan / present.cost_yuan - 1), 2) if best else None,
        "order_loses_percent": round(100 * (first.cost_yuan / best.cost_yuan - 1), 2) if made and best else None,
        "order_loses_transport_percent": round(100 * (first.transport_yuan / best.transport_yuan - 1), 2)
        if made and best and best.transport_yuan else None,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("county", type=Path, nargs="?", default=Path("data/sample"))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=None)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.perf_counter()
    district = rt.read_district(asked.county)
    rules = asked.county / "policy.toml"
    policy = rt.read_policy(rules) if rules.exists() else rt.Policy.preset("national")
    start = rt.make_plan(district, policy, seconds=max(20, asked.seconds // 10), seed=asked.seed)
    answer = compare_orders(district, policy, start, asked.seconds, asked.seed, asked.most)
    answer["took_s"] = round(time.perf_counter() - began)
    if asked.json:
        print(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    print(
        f"present {answer['present_yuan']:,} yuan, of it buses {answer['present_transport_yuan']:,}"
    )
    print(answer["stopped"])
    for row in answer["rows"]:
        print(
            f"{row['n_closed']:>3} closed: together {row['together']} {row['together_yuan']} "
            f"({row['total_change_percent']} % of the present; buses {row['transport_change_yuan']}, "
            f"schools {row['schools_change_yuan']}); schools first {row['schools_first']} "
            f"{row['schools_first_yuan']}: loses {row['order_loses_percent']} % of all, "
            f"{row['order_loses_transport_percent']} % of transport {row['schools_first_breaks'] or ''}"
        )
    print(f"took {answer['took_s']} s")


if __name__ == "__main__":
    main()
