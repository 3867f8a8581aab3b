"""The peers: other libraries' ways to get a gradient, a file each, used as their own experts would use them."""

from .autograd import Autograd
from .casadi import WAYS, CasADi
from .dezero import DeZero
from .jax import Jax, JaxDevice
from .micrograd import Micrograd
from .mygrad import MyGrad
from .numdifftools import Numdifftools
from .peer import Peer
from .pytensor import PyTensor
from .scipy import ApproxFprime, Differentiate
from .torch import Torch, TorchCompile

PEERS: tuple[Peer, ...] = (
    *(Autograd(), Jax(), JaxDevice(), Torch(), TorchCompile(), *map(CasADi, WAYS), PyTensor()),
    *(MyGrad(), Micrograd(), DeZero()),
    *(Numdifftools(), ApproxFprime(), Differentiate()),
)

__all__ = ["PEERS", "Peer"]
