"""Plans damaged in one place, and what the judge finds."""

from dataclasses import replace

from routing.check import check_plan

OF_PLAN = ("stops", "routes", "visits", "rides")


def with_table(plan, name, frame):
    """The plan with another table."""
    if name in OF_PLAN:
        return replace(plan, **{name: frame})
    return replace(plan, district=replace(plan.district, **{name: frame}))


def table_of(plan, name):
    return getattr(plan if name in OF_PLAN else plan.district, name)


def with_cells(plan, name, rows, **cells):
    """The plan with other cells in the rows where a condition holds."""
    frame = table_of(plan, name).copy()
    for column, value in cells.items():
        if column not in frame or isinstance(value, str) != (frame[column].dtype == "str"):
            frame[column] = frame[column].astype(object)
        frame.loc[frame.eval(rows) if isinstance(rows, str) else rows, column] = value
    return with_table(plan, name, frame)


def with_policy(plan, **rules):
    return replace(plan, policy=replace(plan.policy, **rules))


def with_roads(plan, **arrays):
    roads = replace(plan.district.roads, **arrays)
    return replace(plan, district=replace(plan.district, roads=roads))


def found(plan):
    """Rule, subject and amount of every breach."""
    return [(b.rule, b.subject_id, b.amount) for b in check_plan(plan)]
