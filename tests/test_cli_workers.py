"""Processes that share the work, and Ctrl-C while they start."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from lionk_ref.cli import workers

ON_MAIN = threading.current_thread() is threading.main_thread()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for threads here")
@pytest.mark.skipif(not ON_MAIN, reason="Python takes signals on its main thread only")
def test_an_interrupt_that_another_thread_is_told_of_is_put_off() -> None:
    """A thread of BLAS does not hold it back; what is begun is ended all the same."""
    end, done = threading.Event(), list[bool]()
    thread = threading.Thread(target=end.wait)
    thread.start()
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)

    def begin() -> None:
        with workers._interrupts_held():
            signal.pthread_kill(thread.ident or 0, signal.SIGINT)
            time.sleep(0.1)
            done.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            begin()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, usual)
        end.set()
        thread.join()
    assert done == [True]
