"""What the Friday and Sunday runs of boarders come to, in one sentence."""

from typing import TYPE_CHECKING

from routing.outputs.masking import Mask
from routing.units import format_yuan
from routing.week import summarise_week
from routing.words import Lang, Text

if TYPE_CHECKING:
    from routing.records import Plan

WEEK_FOLDER = "week"
"""Beside a plan: the Friday and Sunday runs, a plan of their own."""

WEEK_TITLE = Text(
    "Boarders: home on Friday (afternoon routes), back on Sunday (morning routes)",
    "寄宿生接送：周五回家（见放学线路），周日返校（见上学线路）",
)
WEEK = Text(
    "Fridays and Sundays: of {riders} boarders to be carried {served} ride home and back; without "
    "a ride, each with a reason: {unserved}. {friday} bus(es) on Friday and {sunday} on Sunday "
    "of those of the school days, {km:.0f} km a week, about {yuan} a year on top.",
    "周五、周日接送：应接送寄宿生{riders}人，往返均已安排{served}人，未安排{unserved}人（均注明原因）。"
    "周五用车{friday}辆，周日用车{sunday}辆（均为平日车辆），每周{km:.0f}公里，每年另需约{yuan}。",
)


def say_week(week: "Plan", mask: Mask, lang: Lang) -> str:
    """Return what the Friday and Sunday runs need, in one sentence.

    Parameters
    ----------
    week
        From ``plan_week``.
    mask
        What may be said of small groups.
    lang
        "en" or "zh".
    """
    n = summarise_week(week)
    unserved, served = mask.shown_split(int(n["n_entitled"]), int(n["n_unserved"]))
    return WEEK.say(
        lang, riders=mask.shown(int(n["n_entitled"])), served=served, unserved=unserved,
        friday=n["n_buses_friday"], sunday=n["n_buses_sunday"], km=n["km_per_week"],
        yuan=format_yuan(float(f"{n['yuan_per_year']:.3g}"), lang),
    )  # fmt: skip
