"""The peers: other libraries' ways to get a gradient, a file each, used as their own experts would use them."""

from .peer import Peer

PEERS: tuple[Peer, ...] = ()

__all__ = ["PEERS", "Peer"]
