"""The planner's files become a District, or a list of everything that is wrong with them."""

from routing.inputs.district import check_inputs as check_inputs
from routing.inputs.district import make_district as make_district
from routing.inputs.district import read_district as read_district
from routing.inputs.frames import empty_table as empty_table
from routing.inputs.template import write_template as write_template
