"""explain: the operation that a gradient stops being finite at, its operands, and its place in the source."""

import linecache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import debug, explain, grad, primitive, using_config, value_and_grad
from engine.explanation import NonFiniteGradientError
from engine.namespace import pow as power
from engine.origin import place
from engine.table import PRIMITIVES

INF = np.inf


def test_a_finite_gradient_has_no_explanation():
    assert explain(lambda x: np.sum(np.exp(x)))([0.0, 1.0]) is None


def test_a_partial_derivative():
    found = explain(lambda x, y: np.sqrt(x * y) * 3.0, argnums=1)(2.0, 0.0)
    assert (found.primitive, found.cause, found.operands, found.value) == ("sqrt", "partial", (0.0,), 0.0)
    assert (found.operand, found.index, found.partial, found.cotangent) == (0, (), INF, 3.0)
    assert found.expression == "np.sqrt(x * y)"
    assert found.file == __file__
    assert found.function == "<lambda>"
    assert linecache.getline(found.file, found.line).strip().startswith("found = explain(lambda x, y: np.sqrt")


WHERE = {  # the primitive, cause, operands, index and expression
    "zero times infinity": (lambda x: np.sqrt(x**2), 0.0, "sqrt", "partial", (0.0,), (), "np.sqrt(x**2)"),
    "a value": (lambda x: 2.0 * np.log(x), 0.0, "log", "value", (0.0,), (), "np.log(x)"),
    "a value that becomes nan": (
        lambda x: np.exp(1e3 * x) - np.exp(2e3 * x), 1.0, "exp", "value", (1e3,), (), "np.exp(1e3 * x)"
    ),
    "the first of two": (
        lambda x: x[0] / x[1] + np.log(x[1]), [1.0, 0.0], "divide", "value", (1.0, 0.0), (), "x[0] / x[1]"
    ),
    "an element": (
        lambda x: np.sum(np.sqrt(x)), [[1.0, 2.0], [3.0, 0.0]], "sqrt", "partial", (0.0,), (1, 1), "np.sqrt(x)"
    ),
    "broadcast": (
        lambda x: np.sum(x[:, None] / (x - 2.0)), [1.0, 2.0, 3.0], "divide", "value", (1.0, 0.0), (0, 1),
        "x[:, None] / (x - 2.0)",
    ),
    "masked": (
        lambda x: np.sum(np.where(x > 0.0, np.log(x), x)), [1.0, 0.0], "log", "value", (0.0,), (1,), "np.log(x)"
    ),
    "what a mask has chosen": (
        lambda x: np.sum(np.where([False, True], np.array([INF, 1.0]), 1e308 * x)), [10.0, 20.0],
        "multiply", "value", (1e308, 10.0), (0,), "1e308 * x",
    ),
    "a product of cotangents": (
        lambda x: np.tanh(x * 1e200) * 0.0 + 1e200 * np.sin(1e200 * (x - x)), 1.0,
        "multiply", "product", (1e200, 0.0), (), "1e200 * (x - x)",
    ),
    "a constant": (
        lambda x: np.sum(x * np.array([1.0, INF])), [1.0, 2.0], "multiply", "operand", (2.0, INF), (1,),
        "x * np.array([1.0, INF])",
    ),
    "the argument": (lambda x: np.sin(x) + 1.0, INF, "sin", "operand", (INF,), (), "np.sin(x)"),
    "a derivative of a derivative": (
        grad(lambda x: np.abs(x) ** 1.5), 0.0, "pow", "partial", (0.0, 0.5), (), "np.abs(x) ** 1.5"
    ),
    "a function of the namespace": (lambda x: power(x, 0.5), 0.0, "pow", "partial", (0.0, 0.5), (), "power(x, 0.5)"),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "name", "cause", "operands", "index", "expression"), WHERE.values(), ids=WHERE)
def test_what_is_named(f, x, name, cause, operands, index, expression):
    found = explain(f)(x)
    assert (found.primitive, found.cause, found.operands, found.index) == (name, cause, operands, index)
    assert found.expression == expression
    assert found.inside == ("pow" if x == 0.0 and index == () and "1.5" in expression else "")


def test_a_sum_of_cotangents_that_overflows():
    found = explain(lambda x: 1e308 * x + 1e308 * x if x > 0.0 else 1e308 * x - (-1e308) * x)(0.0)
    assert (found.primitive, found.cause) == ("multiply", "sum")


def test_of_an_operation_that_is_not_elementwise_the_element_is_named():
    @primitive(lambda g, z, x: g / x)
    def total_log(x):
        return np.sum(np.log(np.where(x == 0.0, 1.0, x)))

    found = explain(lambda x: 2.0 * total_log(x[1:]))([1.0, 2.0, 0.0])
    assert (found.primitive, found.cause, found.index, found.operand) == ("total_log", "partial", (1,), 0)
    assert (found.partial, found.cotangent) == (INF, 2.0)
    assert found.expression == "total_log(x[1:])"
    assert "total_log([2., 0.]) = " in repr(found)


def test_of_several_results_one_that_is_not_finite_is_found():
    @primitive(lambda g, z, x: np.sum(g / x[:, None], axis=1))
    def copies(x):
        return np.stack([x, x], axis=1)

    found = explain(lambda x: np.sum(copies(x) * np.array([3.0, 5.0])))([1.0, 0.0])
    assert (found.index, found.cotangent) == ((1,), 3.0)
    assert not np.isfinite(found.partial)


def test_large_arrays_are_not_printed():
    found = explain(lambda x: np.sum(np.linalg.norm(1e200 * x) * 1e200))(np.ones(1000))
    assert "norm(<array of shape (1000,)>) = inf" in repr(found)


def test_it_is_printed_with_marks():
    def f(x):
        scale = 2.0
        return scale * np.sqrt(x)  # a comment

    lines = repr(explain(f)(0.0)).splitlines()
    assert lines[0] == "sqrt(0.0) = 0.0: its derivative is inf, its cotangent 2.0"
    assert lines[1] == f"  {__file__}, line {f.__code__.co_firstlineno + 2}, in f"
    assert lines[2:] == [
        "    return scale * np.sqrt(x)  # a comment",
        "                   ^^^^^^^^^^",
    ]


def test_an_expression_of_several_lines():
    # fmt: off
    def f(ü, x):
        return ü + (np.log(
                        x
                    ) + 1.0)
    # fmt: on
    found = explain(f, argnums=1)(1.0, 0.0)
    assert found.expression == "np.log( x )"
    assert found.text.splitlines() == [
        "return ü + (np.log(",
        "            ^^^^^^^",
        "                x",
        "                ^",
        "            ) + 1.0)",
        "            ^",
    ]


def test_calls_inside_of_calls():
    def inner(x):
        return np.sqrt(x)

    def outer(x):
        return 2.0 * inner(x - 1.0)

    found = explain(outer)(1.0)
    assert (found.function, found.expression) == ("inner", "np.sqrt(x)")


def test_in_a_comprehension():
    found = explain(lambda x: sum([np.sqrt(v) for v in x]))([1.0, 0.0])
    assert (found.expression, found.operands) == ("np.sqrt(v)", (0.0,))


def test_code_without_a_source():
    names = {"np": np}
    exec(compile("def f(x):\n    return np.sqrt(x)", "<nowhere>", "exec"), names)
    found = explain(names["f"])(0.0)
    assert (found.file, found.line, found.function) == ("<nowhere>", 2, "f")
    assert (found.expression, found.text) == ("", "")
    assert repr(found).splitlines()[1:] == ["  <nowhere>, line 2, in f"]


def test_code_without_columns():
    names = {"np": np}
    code = compile("def f(x):\n    return np.sqrt(x)", __file__, "exec")
    inner = code.co_consts[0]
    exec(code.replace(co_consts=(inner.replace(co_linetable=b""), *code.co_consts[1:])), names)
    found = explain(names["f"])(0.0)
    assert (found.file, found.line, found.expression) == (__file__, 1, linecache.getline(__file__, 1).strip())


def test_a_tab_before_it():
    source = "def f(x):\n\treturn 2.0 * np.sqrt(x)\n"
    linecache.cache["<tabs>"] = (len(source), None, source.splitlines(keepends=True), "<tabs>")
    names = {"np": np}
    exec(compile(source, "<tabs>", "exec"), names)
    assert explain(names["f"])(0.0).text == "return 2.0 * np.sqrt(x)\n             ^^^^^^^^^^"
    del linecache.cache["<tabs>"]


def test_a_rule_that_is_wrong_is_the_one_named(monkeypatch):
    monkeypatch.setattr(PRIMITIVES["sin"], "vjp", lambda i, g, z, x: g * np.nan)
    found = explain(lambda x: np.sum(np.cos(x) + np.exp(np.sin(x))))([0.5, 1.0])
    assert (found.primitive, found.cause, found.operands, found.index) == ("sin", "partial", (0.5,), (0,))


def test_arguments_as_of_value_and_grad():
    with pytest.raises(TypeError, match="scalar"):
        explain(lambda x: x)([1.0, 2.0])
    assert explain(lambda x, k: k * np.sqrt(x))(0.0, k=2.0).cotangent == 2.0


def test_a_long_chain():
    def f(x):
        for _ in range(3000):
            x = x + 0.0
        return np.log(x)

    assert explain(f)(0.0).expression == "np.log(x)"


UNARY = [np.sqrt, np.log, np.exp, np.tanh, np.abs, np.square, np.sin, np.cbrt, np.arcsin]


@given(st.lists(st.sampled_from(UNARY), min_size=1, max_size=5), st.sampled_from([0.0, 1.0, -1.0, 400.0, 1e-300]))
def test_what_is_named_was_finite_before_it_and_is_not_after_it(functions, x):
    def f(x):
        for function in functions:
            x = function(x)
        return x

    with np.errstate(all="ignore"), using_config("singular_points", "off"):
        value, gradient = value_and_grad(f)(x)
        found = explain(f)(x)
    assert (found is None) == bool(np.isfinite(value) and np.isfinite(gradient))
    if found is not None:
        assert np.isfinite(found.operands).all()
        assert found.expression == "function(x)"
        broken = {"value": found.value, "partial": found.partial}
        broken["product"] = found.partial * found.cotangent if found.cause == "product" else 0.0
        assert not np.isfinite(broken[found.cause])


def test_places_are_looked_up_only_when_asked(monkeypatch):
    monkeypatch.setattr("engine.cause.place", lambda origin: pytest.fail(f"looked up {place(origin)}"))
    with debug():
        assert grad(lambda x: x * x)(2.0) == 4.0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_error_prints_it():
    with debug(), pytest.raises(NonFiniteGradientError) as error:
        grad(lambda x: np.sqrt(x))(0.0)
    assert str(error.value).endswith(repr(error.value.explanation))
