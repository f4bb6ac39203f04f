"""What a year costs the county: buses, driving, schools, canteens, boarding. An estimate.

Only what a plan or a closure can change is counted: teachers move with their pupils, and
the public funds of each pupil follow the pupil. What a school is funded above its pupils,
because it is small, does change.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from routing.measure.fleet import yearly_yuan
from routing.measure.riders import Floats, count_modes, numbers
from routing.policy import Policy
from routing.records import Plan
from routing.words import Text

ITEMS = {
    "buses": Text("school buses and their crews", "校车与人员"),
    "driving": Text("driving of school buses", "校车行驶"),
    "schools": Text("fixed upkeep of open schools", "在办学校固定运维"),
    "small_schools": Text("public funds of small schools above their pupils", "小规模学校公用经费补差"),
    "canteens": Text("canteen lunches of those who ride or board", "乘车和寄宿学生午餐"),
    "boarding": Text("boarding", "寄宿"),
}  # fmt: skip
"""Items of ``cost_table``."""

COST_SOURCES = {
    "fleet_fixed": Text(
        "buses used, by the cost model: purchase share, insurance, upkeep, driver, attendants, overhead",
        "所用校车，按费用模型：折旧、保险、维护、驾驶员、照管员、管理费",
    ),
    "fleet_driving": Text(
        "kilometres of all school days, empty drives included, by the cost model",
        "全年行驶里程（含空驶），按费用模型",
    ),
    "open_schools": Text(
        "schools of the plan x school_upkeep_yuan", "方案在办学校数×school_upkeep_yuan"
    ),
    "funding_floor": Text(
        "(funding_floor_students - pupils of grades 1-9) x public funds a pupil, where above 0",
        "（funding_floor_students－1至9年级学生数）×生均公用经费，为正时计",
    ),
    "meals": Text(
        "pupils who ride a school or public bus, or board, x meal_yuan x school_days",
        "乘校车、公交或寄宿的学生数×meal_yuan×school_days",
    ),
    "boarders": Text(
        "boarders x (boarder_yuan + boarder_funds_yuan)",
        "寄宿生数×（boarder_yuan＋boarder_funds_yuan）",
    ),
}  # fmt: skip
"""Where the numbers of ``cost_table`` come from."""

SOURCE_OF = dict(zip(ITEMS, COST_SOURCES, strict=True))
LAST_PRIMARY_GRADE = 6


def cost_table(plan: Plan) -> pd.DataFrame:
    """Return what a year of a plan costs, by item, for the district and for each school.

    Each campus of a school counts as a school of its own, as teaching points do when
    their funds are worked out. A school without pupils gets no funds; its upkeep counts.
    Kindergarten children count neither for the floor of funds nor, unless they ride or
    board, for meals. Runs for boarders on Fridays and Sundays are not counted.

    Parameters
    ----------
    plan
        A plan whose tables are whole; the rules of its policy give prices.

    Returns
    -------
    costs
        ``item`` (a key of ``ITEMS``), ``group`` ("all", or ``school:<id>`` for items that
        schools have), ``yuan``, ``low_yuan``, ``high_yuan`` (yuan per year, float64: the
        estimate, less and more ``cost_range_share``), ``source`` (a key of
        ``COST_SOURCES``). The rows of group "all" add up to the whole; those of the
        schools are parts of them.
    """
    fixed_yuan, driving_yuan = yearly_yuan(plan)
    rows = [("buses", "all", fixed_yuan), ("driving", "all", driving_yuan)]
    schools = list(dict.fromkeys(plan.district.schools["school_id"]))
    for item, yuan in _of_schools(plan, schools):
        rows.append((item, "all", float(yuan.sum())))
        groups = (f"school:{school_id}" for school_id in schools)
        rows += [(item, group, one) for group, one in zip(groups, yuan.tolist(), strict=True)]
    table = pd.DataFrame(rows, columns=["item", "group", "yuan"]).astype({"yuan": "float64"})
    share = plan.policy.cost_range_share
    return table.assign(
        low_yuan=table["yuan"] * (1 - share),
        high_yuan=table["yuan"] * (1 + share),
        source=table["item"].map(SOURCE_OF),
    )


def _of_schools(plan: Plan, schools: list[str]) -> Iterator[tuple[str, Floats]]:
    """Give each item that schools have, in yuan a year by school."""
    policy, students = plan.policy, plan.district.students
    grade, n = numbers(students, "grade"), numbers(students, "n_students")
    ways = count_modes(plan)

    def by_school(amounts: Floats) -> Floats:
        sums = pd.Series(amounts).groupby(students["school_id"].to_numpy()).sum()
        return sums.reindex(schools).fillna(0).to_numpy(np.float64)

    yield "schools", np.full(len(schools), float(policy.school_upkeep_yuan))
    funded = np.where(grade >= 1, n, 0.0)
    funds = np.where(
        grade > LAST_PRIMARY_GRADE, policy.funds_junior_yuan, policy.funds_primary_yuan
    )
    yield "small_schools", _top_up(by_school(funded), by_school(funded * funds), policy)
    board = ways["board"].to_numpy()
    eats = np.minimum(n, ways["bus"].to_numpy() + ways["transit"].to_numpy() + board)
    yield "canteens", by_school(eats) * policy.meal_yuan * policy.school_days
    yield "boarding", by_school(board) * (policy.boarder_yuan + policy.boarder_funds_yuan)


def _top_up(n: Floats, funds_yuan: Floats, policy: Policy) -> Floats:
    """Return what schools get above their pupils' funds, at the mean of their own pupils."""
    mean_yuan = np.divide(funds_yuan, n, out=np.zeros(len(n)), where=n > 0)
    return np.maximum(policy.funding_floor_students - n, 0) * mean_yuan
