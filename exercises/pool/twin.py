"""pool in Python 3."""

import multiprocessing
import os
import queue
import sys
import time


def foo(number, seconds):
    time.sleep(seconds)
    return f"{number + 100} worker {os.getpid()}"


def option(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


if __name__ == "__main__":
    tasks, seconds = int(option("--tasks", 10)), float(option("--sleep", 0.2))
    pool = multiprocessing.get_context("fork").Pool(5)
    done = queue.SimpleQueue()
    for number in range(tasks):
        # Called in a thread of this process, maybe at once. What it prints has to wait for `end`.
        pool.apply_async(foo, (number, seconds), callback=done.put)
    print("end", flush=True)
    for _ in range(tasks):
        print(f"{done.get()} callback {os.getpid()}", flush=True)
    pool.close()
    pool.join()
