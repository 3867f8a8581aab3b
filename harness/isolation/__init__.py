"""Isolation: a method that is not this project's runs in a process of its own, and harms no other by what it does."""

from .pool import POOL, Pool
from .server import Server

__all__ = ["POOL", "Pool", "Server"]
