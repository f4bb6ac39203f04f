"""Which schools close? Answered with the bus plan inside the decision."""

from routing.consolidate.candidates import Candidate as Candidate
from routing.consolidate.candidates import find_candidates as find_candidates
from routing.consolidate.loop import consolidate as consolidate
from routing.consolidate.loop import trade_off as trade_off
from routing.consolidate.records import STOPPED as STOPPED
from routing.consolidate.records import Choice as Choice
from routing.consolidate.records import Choices as Choices
from routing.consolidate.records import candidate_table as candidate_table
from routing.consolidate.records import choice_table as choice_table
