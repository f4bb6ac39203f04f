"""Ways out for the unserved, and bells that were moved, as rows to print."""

from routing.outputs.masking import Mask
from routing.records import Plan
from routing.relaxing import Relaxation, find_relaxations
from routing.units import format_clock
from routing.words import Lang

Row = tuple[str, ...]


def list_ways_out(plan: Plan, mask: Mask) -> list[Relaxation]:
    """Return the ways out as they may be shown.

    In public, steps that serve a group under the mask's cell are joined, and a group that
    is smaller says no amount: it would be a home's own distance.
    """
    least = mask.min_cell if mask.privacy == "public" else 1
    return find_relaxations(plan, min_students=least)


def way_out_rows(plan: Plan, mask: Mask, lang: Lang) -> list[Row]:
    """Return a sentence for each way out, and how many it and those before it serve."""
    rows: list[Row] = []
    for step in list_ways_out(plan, mask):
        said = step.say(lang, mask.shown(step.n_students))
        rows.append((said, mask.shown(step.n_students), mask.shown(step.n_so_far)))
    return rows


def moved_rows(plan: Plan, lang: Lang) -> list[Row]:
    """Return the schools whose bells moved: name, old and new bell, old and new dismissal."""
    schools = plan.district.schools
    rows: list[Row] = []
    for school in schools[schools["bell_moved_s"] != 0].itertuples():
        by_s = int(school.bell_moved_s)
        bell_s, off_s = int(school.bell_s), int(school.dismissal_s)
        rows.append((
            school.name or school.school_id,
            format_clock(bell_s - by_s), format_clock(bell_s),
            format_clock(off_s - by_s), format_clock(off_s),
            _minutes(by_s, lang),
        ))  # fmt: skip
    return rows


def _minutes(by_s: int, lang: Lang) -> str:
    sign = "+" if by_s > 0 else "−"
    minutes = f"{abs(by_s) / 60:g}"
    return f"{sign}{minutes} {'分钟' if lang == 'zh' else 'min'}"
