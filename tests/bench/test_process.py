"""What a process spends is told as finely as the kernel knows it."""

import os
import subprocess
import threading
import time

import pytest

from bench.process import cpu_seconds


def test_cpu_time_is_told_to_the_nanosecond_and_with_that_of_threads_that_ended():
    thread = threading.Thread(target=lambda: sum(range(1_000_000)))
    thread.start()
    thread.join()
    before, told, after = time.process_time(), cpu_seconds(os.getpid()), time.process_time()
    assert before <= told <= after


def test_what_another_process_spends_is_told_below_a_tick_of_the_kernels_clock():
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        told = cpu_seconds(sleeper.pid)
        sleeper.kill()
    assert 0 < told < 1 / os.sysconf("SC_CLK_TCK")


def test_of_a_process_that_is_not_there_nothing_is_told():
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
        with pytest.raises(ProcessLookupError):
            cpu_seconds(gone.pid)
