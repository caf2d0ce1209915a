"""counter in Python 3."""

import multiprocessing
import os
import sys


def child(counter, stdin):
    with counter.get_lock():
        value = counter.value
        print(f"pid {os.getpid()} read {value}", flush=True)
        os.read(stdin, 1)  # the others' chance
        counter.value = value + 1


if __name__ == "__main__":
    count = int(sys.argv[sys.argv.index("--count") + 1]) if "--count" in sys.argv else 10
    context = multiprocessing.get_context("fork")
    counter = context.Value("Q", 11)
    # multiprocessing gives its children an empty stdin.
    stdin = os.dup(0)
    children = [context.Process(target=child, args=(counter, stdin)) for _ in range(count)]
    for process in children:
        process.start()
    for process in children:
        process.join()
    print("counter", counter.value)
