"""What if? Changes of a district as small records, applied to a copy."""

from routing.scenario.apply import apply_scenario as apply_scenario
from routing.scenario.apply import change_policy as change_policy
from routing.scenario.changes import Change as Change
from routing.scenario.changes import ChangeEnrolment as ChangeEnrolment
from routing.scenario.changes import CloseSchool as CloseSchool
from routing.scenario.changes import MergeCampuses as MergeCampuses
from routing.scenario.changes import MoveBell as MoveBell
from routing.scenario.changes import MoveGrades as MoveGrades
from routing.scenario.changes import MoveStudents as MoveStudents
from routing.scenario.changes import OpenSchool as OpenSchool
from routing.scenario.changes import Scenario as Scenario
from routing.scenario.changes import SetFleet as SetFleet
from routing.scenario.changes import SetPolicy as SetPolicy
from routing.scenario.reading import read_scenario as read_scenario
from routing.scenario.reading import write_scenario as write_scenario
from routing.scenario.reassign import Ground as Ground
from routing.scenario.reassign import measure_ground as measure_ground
from routing.scenario.reassign import reassign as reassign
