"""What each alternative changes, in words, with the names of schools."""

from collections.abc import Mapping

from routing.outputs.hearing_tables import Rows, Shown
from routing.outputs.hearing_words import CHANGES
from routing.outputs.rule_words import find_words
from routing.records import Plan
from routing.scenario import (
    Change,
    ChangeEnrolment,
    CloseSchool,
    MergeCampuses,
    MoveBell,
    MoveGrades,
    MoveStudents,
    OpenSchool,
    Scenario,
    SetFleet,
    SetPolicy,
)
from routing.units import format_clock
from routing.words import Lang, Text


def say_changes(plans: Mapping[str, Plan], scenarios: Mapping[str, Scenario], lang: Lang) -> Rows:
    """Return a row for each change of each alternative.

    Parameters
    ----------
    plans
        The present first; their schools have the names.
    scenarios
        By the names of the alternatives; one without has no rows.
    lang
        "en" or "zh".
    """
    names: dict[str, str] = {}
    for plan in plans.values():
        schools = plan.district.schools
        for key, name in zip(schools["school_id"], schools["name"], strict=True):
            names.setdefault(str(key), str(name) or str(key))
    rows: Rows = []
    for at, name in enumerate(plans):
        changes = scenarios[name].changes if at and name in scenarios else ()
        for place, change in enumerate(changes):
            rows.append(((str(at), str(place)), [name, Shown(say_change(change, names, lang))]))
    return rows


def say_change(change: Change, names: Mapping[str, str], lang: Lang) -> str:
    """Return one change as a sentence without its full stop.

    Parameters
    ----------
    change
        Any change of a scenario.
    names
        Of schools by ``school_id``; a school that is not named is called by its key.
    lang
        "en" or "zh".
    """
    comma = "、" if lang == "zh" else ", "

    def school(key: object) -> str:
        return names.get(str(key), str(key))

    text, values = _words(change)
    told = {
        name: comma.join(school(key) for key in value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
    told |= {name: school(value) for name, value in told.items() if name in {"school", "to"}}
    if isinstance(change, SetPolicy):
        told["rules"] = comma.join(find_words(rule).name.say(lang) for rule in change.values)
    # values are filled in last and never read as a template themselves
    return text.say(lang, **told) if told else text.say(lang)


def _words(change: Change) -> tuple[Text, dict[str, object]]:  # noqa: PLR0911
    """Return the sentence of a change and what is filled in; one case a kind."""
    match change:
        case CloseSchool(key, to):
            return CHANGES["close_to" if to else "close"], {"school": key, "to": to}
        case OpenSchool(name=name, town=town, first_grade=first, last_grade=last):
            return CHANGES["open"], {"name": name, "town": town, "first": first, "last": last}
        case MoveGrades(key, first, last, to):
            values = {"school": key, "first": first, "last": last, "to": to}
            return CHANGES["grades_to" if to else "grades"], values
        case MergeCampuses(keys, name):
            return CHANGES["merge"], {"schools": keys, "name": name}
        case MoveBell(key, bell_s, _):
            return CHANGES["bell"], {"school": key, "clock": format_clock(bell_s)}
        case MoveStudents(to=to, village=village):
            return CHANGES["village" if village else "pupils"], {"to": to, "village": village}
        case SetFleet(kind, n):
            return CHANGES["fleet" if n is not None else "fleet_free"], {"kind": kind, "n": n}
        case SetPolicy():
            return CHANGES["rules"], {"rules": ""}
        case ChangeEnrolment(year, _):
            return CHANGES["year"], {"year": year}
