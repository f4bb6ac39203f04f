"""The rules of the service, and how they are read."""

from routing.policy.limits import CROSSED as CROSSED
from routing.policy.limits import describe as describe
from routing.policy.reading import PRESETS as PRESETS
from routing.policy.reading import change_rules as change_rules
from routing.policy.reading import read_policy as read_policy
from routing.policy.rules import ByGrade as ByGrade
from routing.policy.rules import Policy as Policy
from routing.policy.rules import RunSpeeds as RunSpeeds
from routing.policy.rules import TimeFactors as TimeFactors
