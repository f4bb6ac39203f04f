"""Which schools close? Answered with the bus plan inside the decision."""

from routing.closures.candidates import Candidate as Candidate
from routing.closures.candidates import find_candidates as find_candidates
from routing.closures.loop import consolidate as consolidate
from routing.closures.loop import trade_off as trade_off
from routing.closures.records import STOPPED as STOPPED
from routing.closures.records import Choice as Choice
from routing.closures.records import Choices as Choices
from routing.closures.records import candidate_table as candidate_table
from routing.closures.records import choice_table as choice_table
