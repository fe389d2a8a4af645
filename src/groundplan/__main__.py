"""``python -m groundplan``, and what ``groundplan`` starts."""

import os
import signal
from types import FrameType


def run() -> None:
    """Start the command line; while it loads, Ctrl-C ends the process at once, without a word and with code 130."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    from groundplan.cli import run as command

    signal.signal(signal.SIGINT, usual)
    command()


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(130)


if __name__ == "__main__":
    run()
