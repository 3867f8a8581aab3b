"""Variable: a number or array that remembers how it was computed. It is its own node of the graph.

A node points to its parents and never to its results, so no reference cycle arises and a graph is freed as soon as its
last result is. An operation on scalars has one or two parents, `_left` and `_right`, each with the partial derivative
towards it. Any other has its parents in `_parents`, and in `_saved` what the primitive's rule needs. A leaf has no
parents. A node does know how many operations used it, which tells the reverse sweep when to visit it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

    from .primitive import Primitive

Data: TypeAlias = "float | np.ndarray[Any, Any]"
Saved: TypeAlias = "tuple[list[int], tuple[Any, ...], dict[str, Any]]"
"""What the rule of an operation needs: the parents' places among the operands, the operands, the parameters."""

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def as_data(value: object) -> Data:
    """`value` as the engine keeps it: a Python float, or an array of float32 or float64, uncopied if it is one already.

    Raises TypeError for anything that is not made of real numbers.
    """
    if type(value) is float or (type(value) is np.ndarray and value.dtype in FLOATS and value.ndim):
        return value
    if isinstance(value, Variable):
        raise TypeError("a Variable cannot hold a Variable: use it as it is, or its .data")
    if type(value) is int:
        try:
            return float(value)
        except OverflowError as error:
            raise TypeError(f"a Variable holds float64, which {short(value)} is too large for") from error
    try:
        array = np.asarray(value)
    except ValueError as error:  # a list whose parts have different shapes
        raise TypeError(f"a Variable holds a number or a regular array, not {short(value)}") from error
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    elif array.dtype not in FLOATS:
        raise TypeError(
            f"a Variable holds float32 or float64 (integers become float64), not {array.dtype}: {short(value)}"
        )
    return float(array) if array.ndim == 0 else array


def short(value: object) -> str:
    """`value` for an error message: on one line, and no longer than that."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


at_work: ContextVar[Any] = ContextVar("gradmark_transform", default=None)
"""The call of a transform (lifting.Call) whose function is running, or None. Leaves made meanwhile are its family."""


class Variable:
    """A differentiable scalar (a Python float) or array (float32 or float64); operations on it are recorded.

    Its class becomes `Scalar` or `Array` by what it holds, and those of results are such; both are Variables.

    `Variable(data, name=None)`: data is a real number, list or array. Integers become float64; an array of floats is
    not copied, and must not be changed in place before `backward()`. Raises TypeError for anything else.
    """

    __slots__ = (
        "__weakref__", "_adjoint", "_data", "_dleft", "_dright", "_family", "_grad", "_left", "_name", "_parents",
        "_pending", "_primitive", "_right", "_saved", "_uses",
    )  # fmt: skip

    _data: Any  # float or ndarray; inside nested transforms a Variable of the level below
    _primitive: Primitive | None  # None for a leaf
    _left: Variable | None  # None for a leaf, and where not all operands are scalars; then _parents is set
    _right: Variable | None
    _dleft: float
    _dright: float  # without `_right`: the constant on the right of the operation, if one was there
    _parents: tuple[Variable, ...]
    _saved: Saved  # with `_left`: the constant on the left of the operation, if one was there
    _uses: int  # how often an operation took it as an operand, in whatever graph
    _pending: int  # the sweep's own, else 0: uses whose cotangent has not arrived yet
    _adjoint: Any  # the sweep's own: the cotangent gathered so far
    _grad: Any  # on a node not there before it is set, nor is _name: most live and die without
    _name: str | None
    _family: object  # of a leaf: the outermost transform under which it was made, or None
    T: Variable  # the axes in reverse order

    def __init__(self, data: object, name: str | None = None) -> None:
        if type(data) is not float:
            data = as_data(data)
        self._data = data
        if type(self) is Variable:
            self.__class__ = Scalar if type(data) is float else Array
        self._name = name
        self._grad = self._left = self._primitive = None
        self._parents = ()
        self._uses = self._pending = 0
        call = at_work.get()
        self._family = None if call is None else call.family

    if TYPE_CHECKING:  # put on the class by interface.py, as they need the table; named here for readers and checkers

        def backward(self, grad: object = None, retain_grad: bool = False) -> None: ...
        def reshape(self, *shape: Any) -> Variable: ...
        def transpose(self, *axes: Any) -> Variable: ...
        def ravel(self) -> Variable: ...
        def flatten(self) -> Variable: ...
        def squeeze(self, axis: Any = None) -> Variable: ...
        def swapaxes(self, axis1: int, axis2: int) -> Variable: ...
        def astype(self, dtype: Any) -> Variable: ...
        def clip(self, min: Any = None, max: Any = None) -> Variable: ...
        def sum(self, axis: Any = None, *, keepdims: bool = False) -> Variable: ...
        def mean(self, axis: Any = None, *, keepdims: bool = False) -> Variable: ...
        def prod(self, axis: Any = None, *, keepdims: bool = False) -> Variable: ...
        def max(self, axis: Any = None, *, keepdims: bool = False) -> Variable: ...
        def min(self, axis: Any = None, *, keepdims: bool = False) -> Variable: ...
        def cumsum(self, axis: int | None = None) -> Variable: ...
        def cumprod(self, axis: int | None = None) -> Variable: ...
        def dot(self, other: Any) -> Variable: ...
        def std(self, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Variable: ...
        def var(self, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Variable: ...
        def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable: ...
        def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable: ...
        def repeat(self, repeats: Any, axis: int | None = None) -> Variable: ...
        def __neg__(self) -> Variable: ...
        def __pos__(self) -> Variable: ...
        def __abs__(self) -> Variable: ...
        def __add__(self, other: Any) -> Variable: ...
        def __radd__(self, other: Any) -> Variable: ...
        def __sub__(self, other: Any) -> Variable: ...
        def __rsub__(self, other: Any) -> Variable: ...
        def __mul__(self, other: Any) -> Variable: ...
        def __rmul__(self, other: Any) -> Variable: ...
        def __truediv__(self, other: Any) -> Variable: ...
        def __rtruediv__(self, other: Any) -> Variable: ...
        def __pow__(self, other: Any) -> Variable: ...
        def __rpow__(self, other: Any) -> Variable: ...
        def __matmul__(self, other: Any) -> Variable: ...
        def __rmatmul__(self, other: Any) -> Variable: ...
        def __getitem__(self, index: Any) -> Variable: ...
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any: ...
        def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any: ...
        def __array_namespace__(self, *, api_version: str | None = None) -> ModuleType: ...

    @property
    def data(self) -> Any:
        """The value: a float, or an array. May be assigned, by the rules of the constructor."""
        return self._data

    @data.setter
    def data(self, value: object) -> None:
        self._data = data = as_data(value)
        if type(self) in BY_DATA:
            self.__class__ = KINDS[type(data)]

    @property
    def grad(self) -> Any:
        """The derivative that `backward()` has added up here: None, a float or an array. May be assigned."""
        try:
            return self._grad
        except AttributeError:
            return None

    @grad.setter
    def grad(self, value: Any) -> None:
        self._grad = value

    @property
    def name(self) -> str | None:
        """What the picture of a graph and messages call it. May be assigned."""
        try:
            return self._name
        except AttributeError:
            return None

    @name.setter
    def name(self, value: str | None) -> None:
        self._name = value

    @property
    def shape(self) -> tuple[int, ...]:
        data = self._data
        return () if type(data) is float else data.shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        data = self._data
        return np.dtype(np.float64) if type(data) is float else data.dtype

    def item(self) -> float:
        """The value of a Variable of one element, as a float."""
        data: Any = self
        while isinstance(data, Variable):  # of whatever level
            data = data._data
        return float(np.asarray(data).item())

    def cleargrad(self) -> None:
        self.grad = None

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar Variable has no len()")
        return self.shape[0]

    def __iter__(self) -> Iterator[Variable]:
        if not self.shape:
            raise TypeError("a scalar Variable cannot be iterated over")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        label = "" if self.name is None else f", name={self.name!r}"
        return f"Variable({self._data!r}{label})"

    def __bool__(self) -> bool:
        return bool(self._data)

    def __array__(self, *_: object, **__: object) -> np.ndarray[Any, Any]:
        raise TypeError(
            "a Variable does not turn into an array, as its gradient would be lost: make one of several with np.stack,"
            " or take its .data"
        )

    # Comparison looks at the data and is not recorded; as in NumPy it is elementwise. Hashing is by identity.
    def __eq__(self, other: object) -> Any:
        return compare(operator.eq, self, other)

    def __ne__(self, other: object) -> Any:
        return compare(operator.ne, self, other)

    def __lt__(self, other: object) -> Any:
        return compare(operator.lt, self, other)

    def __le__(self, other: object) -> Any:
        return compare(operator.le, self, other)

    def __gt__(self, other: object) -> Any:
        return compare(operator.gt, self, other)

    def __ge__(self, other: object) -> Any:
        return compare(operator.ge, self, other)

    __hash__ = object.__hash__


class Scalar(Variable):
    """A Variable whose data is a float."""

    __slots__ = ()
    # The engine makes thousands of results a millisecond, and fills them itself. With an __init__ that is object's own
    # this takes half the time.
    __init__ = object.__init__


class Array(Variable):
    """A Variable whose data is an array."""

    __slots__ = ()
    __init__ = object.__init__


class Lifted(Variable):
    """A Variable whose data is a Variable of the level below."""

    __slots__ = ()
    __init__ = object.__init__


KINDS: dict[type, type[Variable]] = {float: Scalar, np.ndarray: Array}
"""The class of a Variable, by the type of its data. Of anything else it is Lifted."""
BY_DATA = {Variable, Scalar, Array}
"""The classes that are chosen by the data; a class that a user derives from Variable stays as it is, only slower."""


def compare(relation: Any, x: object, y: object) -> Any:
    return relation(x._data if isinstance(x, Variable) else x, y._data if isinstance(y, Variable) else y)


class Dual(Variable):
    """A Variable of forward mode: it has no parents, and carries its tangent along (see forward.py)."""

    __slots__ = ("_owner", "_tangent")
    __init__ = object.__init__

    _tangent: Any
    _owner: object  # tells the jvp that it is part of

    if TYPE_CHECKING:

        @staticmethod
        def of(owner: object, primitive: Primitive, z: Any, operands: Any, parameters: Any, tangents: Any) -> Dual: ...

    def __repr__(self) -> str:
        return f"Dual({self._data!r}, {self._tangent!r})"
