"""What a peer is: a method of another library, which may not be installed."""

from __future__ import annotations

import importlib
from abc import abstractmethod
from typing import ClassVar

from problems import Problem

from ..base import Method, NotInstalledError, UnsupportedError, ValueAndGradient


class Peer(Method):
    """A method of the library that `import package` imports and `pip install 'gradmark[extra]'` installs.

    Its file imports the library inside `make`, so that the list of methods needs none of them.
    """

    package: ClassVar[str]
    extra: ClassVar[str]
    unable: ClassVar[tuple[type[Exception], ...]] = (UnsupportedError, NotImplementedError, TypeError, AttributeError)

    def prepare(self, problem: Problem, n: int) -> ValueAndGradient:
        try:
            importlib.import_module(self.package)
        except ModuleNotFoundError as error:
            if error.name != self.package:  # it is there, and lacks something itself
                raise
            raise NotInstalledError(f"{self.package} is not installed: pip install 'gradmark[{self.extra}]'") from error
        return self.make(problem, n)

    @abstractmethod
    def make(self, problem: Problem, n: int) -> ValueAndGradient:
        """What `prepare` returns, where the library is installed."""
