"""What a plan gives and costs: figures with units, for planners and for parents.

Every mean, share and quantile is over students, not over rows, and over both directions
unless the group says one. Money is an estimate by the policy's cost model.
"""

from typing import TYPE_CHECKING

from routing.measure.fleet import count_fleet, count_money
from routing.measure.metrics import GROUPS as GROUPS
from routing.measure.metrics import METRICS as METRICS
from routing.measure.metrics import Metric as Metric
from routing.measure.metrics import meaning as meaning
from routing.measure.riders import count_people, measure_rides, ride_rows
from routing.records import Plan

if TYPE_CHECKING:
    import pandas as pd

WHOLE = (
    "n_students", "n_entitled", "n_served", "n_unserved", "n_buses", "n_routes",
    "yuan_per_year", "max_ride_s", "mean_ride_s",
)  # fmt: skip
"""Figures of the summary given as whole numbers."""


def measure_plan(plan: Plan) -> "pd.DataFrame":
    """Return the figures of a plan.

    Parameters
    ----------
    plan
        A plan whose tables are whole (``check_plan``); an empty one gives zeros.

    Returns
    -------
    metrics
        Columns ``metric`` (a key of ``METRICS``), ``group`` (a key of ``GROUPS``, or
        ``school:<id>``, ``type:<id>`` or the code of a reason), ``value`` (float) and
        ``unit``.
    """
    import pandas as pd

    figures = [
        *count_people(plan),
        *count_fleet(plan),
        *count_money(plan),
        *measure_rides(ride_rows(plan), plan.policy),
    ]
    table = pd.DataFrame(figures, columns=["metric", "group", "value"])
    units = {name: metric.unit for name, metric in METRICS.items()}
    return table.assign(unit=table["metric"].map(units))


def summarise_plan(plan: Plan, *, n_breaches: int) -> dict[str, int | float]:
    """Return the figures that say the most about a plan, ready for JSON.

    Parameters
    ----------
    plan
        As for ``measure_plan``.
    n_breaches
        How many ``check_plan`` found.

    Returns
    -------
    summary
        ``n_students``, ``n_entitled``, ``n_served``, ``n_unserved``, ``n_buses``,
        ``n_routes``, ``n_breaches``, ``km_per_day``, ``yuan_per_year``, ``max_ride_s``
        and ``mean_ride_s``; whole numbers but for km (one decimal).
    """
    metrics = measure_plan(plan)
    whole = metrics[metrics["group"] == "all"].set_index("metric")["value"]
    summary: dict[str, int | float] = {name: round(float(whole[name])) for name in WHOLE}
    summary["km_per_day"] = round(float(whole["km_per_day"]), 1)
    return summary | {"n_breaches": n_breaches}
