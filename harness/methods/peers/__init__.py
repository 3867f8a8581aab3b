"""The peers: other libraries' ways to get a gradient, a file each, used as their own experts would use them."""

from .autograd import Autograd
from .dezero import DeZero
from .micrograd import Micrograd
from .mygrad import MyGrad
from .numdifftools import Numdifftools
from .peer import Peer
from .scipy import ApproxFprime, Differentiate

PEERS: tuple[Peer, ...] = (
    *(Autograd(), MyGrad(), Micrograd(), DeZero()),
    *(Numdifftools(), ApproxFprime(), Differentiate()),
)

__all__ = ["PEERS", "Peer"]
