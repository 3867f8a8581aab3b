"""The command itself: how it ends, whatever happens."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

import click

from ..errors import BadInputError, NothingMeasuredError


class _Failure(click.ClickException):
    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


class Commands(click.Group):
    """A group whose commands end with one line, and the right exit code, for what a user can mend."""

    stopped = 128 + signal.SIGINT

    def terminate(self, *_: object) -> None:
        """What SIGTERM does: the same as Ctrl-C, but for the exit code."""
        self.stopped = 128 + signal.SIGTERM
        raise KeyboardInterrupt("terminated")

    def invoke(self, ctx: click.Context) -> Any:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self.terminate)
        try:
            return super().invoke(ctx)
        except BadInputError as error:
            raise _Failure(str(error), 2) from error
        except NothingMeasuredError as error:
            raise _Failure(str(error), 4) from error
        except BrokenPipeError:  # what reads the output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(128 + signal.SIGPIPE) from None
        except OSError as error:
            raise _Failure(f"{error.filename or 'cannot write'}: {error.strerror or error}", 2) from error
        except KeyboardInterrupt as interrupt:
            raise _Failure(str(interrupt) or "interrupted", self.stopped) from interrupt


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradmark")
def main() -> None:
    """Is this gradient right, what does it cost, and did my change make it worse?"""
