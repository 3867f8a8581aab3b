"""The register of problems: how they are found, described, and added."""

import re

import numpy as np
import pytest

import problems
from problems import Minimum, Problem, at_least, problem

FIRST = {"sphere", "matyas", "goldstein_price", "rosenbrock"}


def declare(name=None, **options):
    options = {"domain": (0.0, 1.0), "minima": [Minimum((0.0, 0.0), 0.0)], "source": "A test (2000)", **options}
    return problem(name=name, **options)


def test_the_classics_are_registered():
    assert set(problems.names()) >= FIRST
    assert problems.names() == sorted(problems.names())


def test_a_problem_is_found_by_its_name_and_aliases(problem):
    assert isinstance(problem, Problem)
    for name in (problem.name, *problem.aliases):
        assert problems.get(name) is problem
    assert problem.name in repr(problem)


def test_a_problem_says_what_it_is(problem):
    assert re.fullmatch(r"[a-z][a-z0-9_]*(@[a-z0-9_]+)?", problem.name)
    assert problem.formula.startswith("f(x")
    assert re.search(r"\(\d{4}\)", problem.source)
    assert all(re.fullmatch(r"[a-z_]+", word) for word in problem.properties)


def test_a_domain_is_one_interval_a_coordinate(problem, n):
    domain = problem.domain(n)
    assert domain.shape == (n, 2)
    assert np.all(np.isfinite(domain))
    assert np.all(domain[:, 0] < domain[:, 1])
    domain += 1.0
    assert np.all(problem.domain(n) != domain)


def test_hard_points_are_points_of_the_function(problem):
    for hard in problem.hard_points:
        assert hard in problem.hard_points_in(len(hard.point))
        assert hard.kind
        assert hard.note


@pytest.mark.parametrize(
    ("name", "near"), [("rosenbrok", "rosenbrock"), ("spere", "sphere"), ("goldstein-price", "goldstein_price")]
)
def test_an_unknown_name_is_a_lookup_error_that_suggests_the_near_one(name, near):
    with pytest.raises(LookupError, match=f"'{name}'.*{near}") as caught:
        problems.get(name)
    assert "matyas" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_near_to_none_is_answered_with_where_they_are_listed():
    with pytest.raises(LookupError, match=rf"`gradmark list problems` lists the {len(problems.names())} there are"):
        problems.get("???")


def test_select():
    assert {problem.name for problem in problems.select()} == set(problems.names())
    assert {"sphere", "matyas"} <= {problem.name for problem in problems.select("convex", "smooth")}
    assert "matyas" not in {problem.name for problem in problems.select("convex", n=3)}
    with pytest.raises(ValueError, match="unknown property 'convexx': the properties are smooth, convex"):
        problems.select("convexx")
    found = [problem.name for problem in problems.select(n=2)]
    assert found == sorted(found)


def test_the_table_has_a_row_for_each():
    table = problems.table()
    assert table["name"].tolist() == problems.names()
    assert not table.drop(columns="minimum").isna().any(axis=None)
    assert table.set_index("name").loc["goldstein_price", "minimum"] == 3.0


def test_a_problem_is_added_by_a_decorator(scratch_registry):
    @declare(aliases=("t2",), properties=("smooth",))
    def a_test(x, y):
        """f(x, y) = x² + y"""
        return x**2 + y

    assert problems.get("a_test") is problems.get("t2") is a_test
    assert "a_test" in problems.names()
    assert (a_test.name, a_test.formula, a_test.source) == ("a_test", "f(x, y) = x² + y", "A test (2000)")
    assert a_test(2.0, 3.0) == a_test([2.0, 3.0]) == 7.0
    assert a_test.minima(2) == (Minimum((0.0, 0.0), 0.0),)
    assert (2 in a_test.dimensions, 1 in a_test.dimensions, 3 in a_test.dimensions) == (True, False, False)
    with pytest.raises(TypeError, match="a_test has no gradient"):
        a_test.gradient_at(1.0, 2.0)


def test_what_a_test_registered_is_gone():
    assert "a_test" not in problems.names()


def test_a_name_may_be_given_and_a_namespace_asked_for(scratch_registry):
    @declare(name="t@variant", domain=((0.0, 1.0), (2.0, 3.0)))
    def a_test(x, y, xp):
        return xp.exp(x) + y

    assert problems.get("t@variant") is a_test
    assert a_test(0.0, 2.0) == 3.0
    assert a_test.domain(2).tolist() == [[0.0, 1.0], [2.0, 3.0]]
    assert a_test(0.0, 2.0, xp=type("Halves", (), {"exp": staticmethod(lambda x: 0.5)})) == 2.5


def test_a_definition_of_a_vector(scratch_registry):
    @declare(dimensions=at_least(2), minima=lambda n: (Minimum((0.0,) * n, 0.0),))
    def a_test(x):
        return x[0] * x[-1]

    assert a_test([2.0, 5.0, 3.0]) == a_test(2.0, 5.0, 3.0) == 6.0
    assert a_test.minima(4) == (Minimum((0.0,) * 4, 0.0),)


@pytest.mark.parametrize("with_namespace", [False, True])
def test_a_definition_of_one_coordinate_is_given_that_coordinate(scratch_registry, with_namespace):
    if with_namespace:
        a_test = declare("t", minima=[Minimum((0.0,), 0.0)])(lambda x, xp: xp.sqrt(x) * 2.0)
    else:
        a_test = declare("t", minima=[Minimum((0.0,), 0.0)])(lambda x: x**0.5 * 2.0)
    for value in (a_test(9.0), a_test([9.0]), a_test(np.array([9.0])), a_test([[9.0], [4.0]])[0]):
        assert np.shape(value) == ()
        assert value == 6.0


def test_the_table_shows_the_coordinates_in_their_order(scratch_registry):
    declare("t", domain=((2.0, 3.0), (0.0, 1.0)))(lambda x, y: x + y)
    table = problems.table().set_index("name")
    assert table.loc["t", "domain"] == "[2, 3] x [0, 1]"


def test_a_misspelt_property_is_a_value_error(scratch_registry):
    with pytest.raises(ValueError, match="unknown property 'smoth'"):
        declare("t", properties=("smoth",))(lambda x, y: x)
    assert "t" not in problems.names()


@pytest.mark.parametrize("taken", ["sphere", "de_jong_1"])
@pytest.mark.parametrize("as_alias", [False, True])
def test_a_taken_name_is_a_value_error_and_nothing_is_added(scratch_registry, taken, as_alias):
    before = problems.names()
    options = {"name": "t", "aliases": ("fine", taken)} if as_alias else {"name": taken, "aliases": ("fine",)}
    with pytest.raises(ValueError, match=taken):
        declare(**options)(lambda x, y: x)
    assert problems.names() == before
    with pytest.raises(LookupError):
        problems.get("fine")
    assert problems.get("sphere").name == "sphere"
