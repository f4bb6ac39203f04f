"""Every kind of search is compiled before its clock runs."""

import pytest
from made_problems import made_school

from routing.solver.crew import Crew, Search
from routing.solver.kinds import KINDS
from routing.solver.routes import solve_many
from routing.solver.spawn import Child, ChildDiedError
from routing.solver.warming import warm_up


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_search_warms_up_and_is_found(kind):
    warm_up(kind)
    assert callable(KINDS[kind].find_search())


def test_a_kind_that_nobody_knows_kills_no_process():
    with Child() as child:
        with pytest.raises(ChildDiedError, match="KeyError"):
            child.ask({"kind": "warm", "of": "nothing"}, 60.0)
        assert child.process is not None
        assert child.process.poll() is None


def test_one_crew_serves_several_searches():
    """The same processes answer both; they end with the crew."""
    with Crew(1) as crew:
        search = Search(20.0, 1, 1, workers=1, crew=crew)
        first = solve_many([made_school(9, 1)], search)
        process = crew.children[0].process
        second = solve_many([made_school(9, 1)], search)
        assert first == second
        assert crew.children[0].process is process
    assert crew.children[0].process is None
