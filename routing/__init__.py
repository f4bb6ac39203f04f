"""Plan rural school buses: from homes, schools and roads to routes, timetables and maps.

The public face. Nothing is loaded until it is used: importing this does no work.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routing.asking import BellGain as BellGain
    from routing.asking import MixedGain as MixedGain
    from routing.asking import ask_bells as ask_bells
    from routing.asking import ask_mixed as ask_mixed
    from routing.asking import ask_retimings as ask_retimings
    from routing.audit import Audit as Audit
    from routing.audit import audit_roads as audit_roads
    from routing.check import check_plan as check_plan
    from routing.closures import Choice as Choice
    from routing.closures import Choices as Choices
    from routing.closures import choice_table as choice_table
    from routing.closures import consolidate as consolidate
    from routing.closures import find_candidates as find_candidates
    from routing.compare import Comparison as Comparison
    from routing.compare import compare_plans as compare_plans
    from routing.compare import hardship_list as hardship_list
    from routing.demand import find_disputed as find_disputed
    from routing.errors import Fault as Fault
    from routing.errors import InputError as InputError
    from routing.errors import NoPlanError as NoPlanError
    from routing.errors import RoadsError as RoadsError
    from routing.errors import RoutingError as RoutingError
    from routing.errors import SolverError as SolverError
    from routing.gates import Gate as Gate
    from routing.gates import find_gates as find_gates
    from routing.inputs import check_inputs as check_inputs
    from routing.inputs import make_district as make_district
    from routing.inputs import read_district as read_district
    from routing.inputs import write_template as write_template
    from routing.measure import measure_plan as measure_plan
    from routing.measure import summarise_plan as summarise_plan
    from routing.measure.days import day_table as day_table
    from routing.measure.schools import cost_table as cost_table
    from routing.onward import replan as replan
    from routing.outputs.audit import write_audit as write_audit
    from routing.outputs.comparison import write_comparison as write_comparison
    from routing.outputs.hearing import write_hearing as write_hearing
    from routing.outputs.maps import draw_plan as draw_plan
    from routing.outputs.maps import write_map as write_map
    from routing.outputs.report import write_report as write_report
    from routing.outputs.store import load_plan as load_plan
    from routing.outputs.store import save_plan as save_plan
    from routing.outputs.tradeoff import draw_choices as draw_choices
    from routing.outputs.workbook import write_workbook as write_workbook
    from routing.plan import make_plan as make_plan
    from routing.policy import ByGrade as ByGrade
    from routing.policy import Policy as Policy
    from routing.policy import read_policy as read_policy
    from routing.reasons import explain_unserved as explain_unserved
    from routing.reasons import explain_why as explain_why
    from routing.records import Breach as Breach
    from routing.records import District as District
    from routing.records import Plan as Plan
    from routing.relaxing import Relaxation as Relaxation
    from routing.relaxing import find_relaxations as find_relaxations
    from routing.roads import read_roads as read_roads
    from routing.roads.network import Roads as Roads
    from routing.sample import make_sample as make_sample
    from routing.scenario import ChangeEnrolment as ChangeEnrolment
    from routing.scenario import CloseSchool as CloseSchool
    from routing.scenario import MergeCampuses as MergeCampuses
    from routing.scenario import MoveBell as MoveBell
    from routing.scenario import MoveGrades as MoveGrades
    from routing.scenario import MoveStudents as MoveStudents
    from routing.scenario import OpenSchool as OpenSchool
    from routing.scenario import Scenario as Scenario
    from routing.scenario import SetFleet as SetFleet
    from routing.scenario import SetPolicy as SetPolicy
    from routing.scenario import apply_scenario as apply_scenario
    from routing.scenario import change_policy as change_policy
    from routing.scenario import read_scenario as read_scenario
    from routing.scenario import write_scenario as write_scenario
    from routing.week import plan_week as plan_week
    from routing.week import week_cost as week_cost

_WHERE = {
    "routing.asking": ("BellGain", "MixedGain", "ask_bells", "ask_mixed", "ask_retimings"),
    "routing.audit": ("Audit", "audit_roads"),
    "routing.check": ("check_plan",),
    "routing.compare": ("Comparison", "compare_plans", "hardship_list"),
    "routing.closures": ("Choice", "Choices", "choice_table", "consolidate", "find_candidates"),
    "routing.demand": ("find_disputed",),
    "routing.errors": ("Fault", "InputError", "NoPlanError", "RoadsError", "RoutingError", "SolverError"),
    "routing.gates": ("Gate", "find_gates"),
    "routing.inputs": ("check_inputs", "make_district", "read_district", "write_template"),
    "routing.measure": ("measure_plan", "summarise_plan"),
    "routing.measure.days": ("day_table",),
    "routing.measure.schools": ("cost_table",),
    "routing.outputs.audit": ("write_audit",),
    "routing.outputs.comparison": ("write_comparison",),
    "routing.outputs.hearing": ("write_hearing",),
    "routing.outputs.maps": ("draw_plan", "write_map"),
    "routing.outputs.report": ("write_report",),
    "routing.outputs.store": ("load_plan", "save_plan"),
    "routing.outputs.tradeoff": ("draw_choices",),
    "routing.outputs.workbook": ("write_workbook",),
    "routing.plan": ("make_plan",),
    "routing.policy": ("ByGrade", "Policy", "read_policy"),
    "routing.reasons": ("explain_unserved", "explain_why"),
    "routing.records": ("Breach", "District", "Plan"),
    "routing.relaxing": ("Relaxation", "find_relaxations"),
    "routing.onward": ("replan",),
    "routing.roads": ("read_roads",),
    "routing.roads.network": ("Roads",),
    "routing.sample": ("make_sample",),
    "routing.scenario": ("ChangeEnrolment", "CloseSchool", "MergeCampuses", "MoveBell", "MoveGrades", "MoveStudents", "OpenSchool", "Scenario", "SetFleet", "SetPolicy", "apply_scenario", "change_policy", "read_scenario", "write_scenario"),
    "routing.week": ("plan_week", "week_cost"),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Return a public name, loading its module at the first use."""
    if name not in _MODULE_OF:
        msg = f"module 'routing' has no attribute '{name}'"
        raise AttributeError(msg)
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
