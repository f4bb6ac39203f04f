"""Clock, metres and money as people read them."""

from routing.words import Lang


def parse_clock(text: str) -> int:
    """Return the seconds after midnight of a clock time such as ``7:05`` or ``07:05:30``.

    Raises
    ------
    ValueError
        When the text is no clock time of one day.
    """
    parts = text.strip().replace("：", ":").split(":")
    if len(parts) not in {2, 3} or not all(part.strip().isdecimal() for part in parts):
        msg = f"'{text}' is not a clock time such as 08:20."
        raise ValueError(msg)
    hours, minutes, seconds = (int(part) for part in [*parts, "0"][:3])
    if hours > 23 or minutes > 59 or seconds > 59:
        msg = f"'{text}' is not a clock time of one day."
        raise ValueError(msg)
    return hours * 3600 + minutes * 60 + seconds


def format_clock(clock_s: float) -> str:
    """Return seconds after midnight as ``07:05``; cut to the minute, as on a bus stop."""
    minutes = int(clock_s) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def format_minutes(duration_s: float, lang: Lang = "en") -> str:
    """Return a duration in minutes with one decimal."""
    return f"{duration_s / 60:.1f} {'分钟' if lang == 'zh' else 'min'}"


def format_metres(distance_m: float, lang: Lang = "en") -> str:
    """Return a distance in metres below one kilometre, in kilometres above."""
    if distance_m < 1000:
        return f"{distance_m:.0f} {'米' if lang == 'zh' else 'm'}"
    return f"{distance_m / 1000:.1f} {'公里' if lang == 'zh' else 'km'}"


def format_yuan(amount_yuan: float, lang: Lang = "en") -> str:
    """Return an amount of money in yuan, or in units of 10,000 yuan where that reads better."""
    if lang == "zh" and amount_yuan >= 10_000:
        return f"{amount_yuan / 10_000:.1f} 万元"
    return f"{amount_yuan:,.0f} {'元' if lang == 'zh' else 'yuan'}"


UNIT_ZH = {
    "": "", "m": "米", "s": "秒", "flag": "是否", "s after midnight": "时刻", "m/s": "米/秒",
    "walk, straight or drive": "步行、直线或行车", "s per student": "秒/人", "grade": "年级",
    "never, same_kind or any": "不允许、同类或任意",
    "never, moved or all": "不保证、转学学生或全部",
    "persons": "人", "seats": "座", "students": "人", "km/h": "公里/时", "times": "倍",
    "share": "比例", "days per year": "天/年", "yuan": "元", "share per seat": "比例/座",
    "years": "年", "year": "年", "yuan per year": "元/年", "l per 100 km": "升/百公里", "yuan per l": "元/升",
    "buses": "辆", "students per route": "人/线路", "yuan per km": "元/公里", "percent": "%", "t": "吨", "lanes": "车道", "class of road": "道路等级", "meals": "餐",
    "classes": "个班", "beds": "床", "days": "天", "yuan per student and year": "元/人·年",
    "yuan per boarder and year": "元/寄宿生·年", "yuan per meal": "元/餐",
    "given, when_needed or before_bus": "仅已有、需要时或先于校车", "places": "个", "dm": "分米", "m or s": "米或秒", "student-metres": "人·米", "EPSG:4326": "EPSG:4326",
}  # fmt: skip
"""Units in Chinese."""
