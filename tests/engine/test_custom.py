"""Primitives of the user's own: any number of operands and results, any order, both modes."""

import math

import numpy as np
import pytest

from engine import Variable, grad, hessian, jacobian, jvp, primitive, value_and_grad, vjp


@primitive(lambda g, z, x: g * (1.0 - z * z))
def hyperbolic(x):
    """A tangent."""
    return np.tanh(x)


@primitive(
    lambda g, z, r, angle: g[0] * np.cos(angle) + g[1] * np.sin(angle),
    lambda g, z, r, angle: g[1] * z[0] - g[0] * z[1],
)
def cartesian(r, angle):
    return r * np.cos(angle), r * np.sin(angle)


def same_of_operations(r, angle):
    return r * np.cos(angle), r * np.sin(angle)


def test_it_keeps_its_name_and_text_and_works_on_plain_data():
    assert hyperbolic.__name__ == "hyperbolic"
    assert hyperbolic.__doc__ == "A tangent."
    assert type(hyperbolic(0.5)) is float
    np.testing.assert_array_equal(hyperbolic([0.5, 1]), np.tanh([0.5, 1.0]))
    assert cartesian(2.0, 0.0) == (2.0, 0.0)


@pytest.mark.parametrize("x", [0.3, np.array([0.3, -1.2])], ids=["scalar", "array"])
def test_value_gradient_and_tangent(x):
    z = np.tanh(x)
    variable = Variable(x)
    result = hyperbolic(variable)
    result.backward()
    np.testing.assert_array_equal(result.data, z)
    np.testing.assert_allclose(variable.grad, 1.0 - z**2, rtol=1e-15)
    value, tangent = jvp(hyperbolic)(x, np.ones_like(x) if np.ndim(x) else 1.0)
    np.testing.assert_array_equal(value, z)
    np.testing.assert_allclose(tangent, 1.0 - z**2, rtol=1e-15)


def test_higher_orders_go_through_the_rules():
    z = math.tanh(0.3)
    assert grad(grad(hyperbolic))(0.3) == pytest.approx(-2.0 * z * (1.0 - z * z), rel=1e-14)
    assert grad(grad(grad(hyperbolic)))(0.3) == pytest.approx(grad(grad(grad(np.tanh)))(0.3), rel=1e-13)
    assert jvp(grad(hyperbolic))(0.3, 1.0)[1] == pytest.approx(grad(grad(np.tanh))(0.3), rel=1e-14)
    assert grad(lambda x: jvp(hyperbolic)(x, 1.0)[1])(0.3) == pytest.approx(grad(grad(np.tanh))(0.3), rel=1e-14)


@pytest.mark.parametrize("derivative", [jacobian, lambda f: lambda v: jvp(f)(v, np.array([0.5, -2.0]))[1]])
def test_several_results(derivative):
    at = np.array([2.0, 0.5])
    got = derivative(lambda v: cartesian(v[0], v[1]))(at)
    expected = derivative(lambda v: same_of_operations(v[0], v[1]))(at)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-15)


def test_several_results_of_different_shapes():
    @primitive(
        lambda g, z, x, y: 2.0 * g[0] * x + np.sum(g[1] * y),
        lambda g, z, x, y: g[1] * x + g[2],
    )
    def mixed(x, y):
        return x * x, x * y, y

    values, pullback = vjp(mixed, argnums=(0, 1))(3.0, np.array([[1.0, 2.0]]))
    assert [np.shape(value) for value in values] == [(), (1, 2), (1, 2)]
    gx, gy = pullback((1.0, np.array([[10.0, 20.0]]), np.array([[5.0, 7.0]])))
    assert gx == 6.0 + 50.0
    assert gy.tolist() == [[35.0, 67.0]]
    x = Variable(3.0)
    mixed(x, [[1.0, 2.0]])[1].backward()
    assert x.grad == 3.0


def test_the_second_derivative_of_several_results():
    def product(f):
        def g(v):
            x, y = f(v[0], v[1])
            return x * y * y

        return g

    at = np.array([2.0, 0.5])
    np.testing.assert_allclose(hessian(product(cartesian))(at), hessian(product(same_of_operations))(at), rtol=1e-14)


def test_a_rule_may_be_missing_and_keywords_are_passed_on():
    @primitive(lambda g, z, x, n, *, scale: g * n * scale * x ** (n - 1), None)
    def monomial(x, n, *, scale):
        return scale * x**n

    assert value_and_grad(monomial, argnums=(0, 1))(2.0, 3.0, scale=5.0) == (40.0, (60.0, 0.0))
    assert jvp(monomial, argnums=(0, 1))(2.0, 3.0, (1.0, 1.0), scale=5.0) == (40.0, 60.0)


def test_what_was_broadcast_is_summed():
    @primitive(lambda g, z, x, y: g * y, lambda g, z, x, y: g * x)
    def times(x, y):
        return x * y

    x, y = Variable(2.0), Variable([[1.0], [3.0]])
    times(x, y).backward([[10.0], [1.0]])
    assert x.grad == 13.0
    assert y.grad.tolist() == [[20.0], [2.0]]
    row = Variable([1.0, 2.0, 3.0])
    times(row, y).backward()
    assert row.grad.tolist() == [4.0, 4.0, 4.0]


def test_the_function_sees_plain_data_at_every_order():
    seen = []

    @primitive(lambda g, z, x: g * doubled(x))
    def doubled(x):
        seen.append(type(x))
        return 2.0 * x

    grad(grad(doubled))(1.0)
    jvp(grad(doubled))(np.float64(1.0), 1.0)
    assert set(seen) == {float}


def test_errors():
    with pytest.raises(TypeError, match="a rule for each operand"):
        primitive()
    with pytest.raises(TypeError, match="a rule for each operand"):
        primitive(3.0)
    with pytest.raises(TypeError, match="hyperbolic has 1 rules, but the call has 2 operands"):
        hyperbolic(Variable(1.0), 2.0)
    with pytest.raises(TypeError, match="float32 and float64"):
        hyperbolic("one")

    @primitive(lambda g, z, x: np.ones(3))
    def crooked(x):
        return x

    with pytest.raises(ValueError, match=r"rule 0 of crooked .* shape \(3,\), .* has \(2,\)"):
        crooked(Variable([1.0, 2.0])).backward()

    @primitive(lambda g, z, x: g)
    def textual(x):
        return "text"

    with pytest.raises(TypeError, match="text"):
        textual(Variable(1.0))
    with pytest.raises(TypeError, match="hyperbolic takes a Variable by its place, not as x="):
        hyperbolic(x=Variable(1.0))


@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]], ids=["scalar", "array"])
@pytest.mark.parametrize("rule", [lambda g, z, x: None, lambda g, z, x: g * 1j, lambda g, z, x: "g"])
def test_what_is_no_cotangent_is_named(rule, data):
    odd = primitive(rule)(lambda x: x * 1.0)
    with pytest.raises(TypeError, match=r"rule 0 of .* gave .*, which is no cotangent"):
        odd(Variable(data)).backward()


def test_a_rule_cannot_change_what_others_use():
    def careless(g, z, x):
        g *= 10.0
        return g

    with pytest.raises(ValueError, match="read-only"):
        primitive(careless)(lambda x: x * 1.0)(Variable([1.0, 2.0])).backward([1.0, 1.0])
