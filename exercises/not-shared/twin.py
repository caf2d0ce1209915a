"""not-shared in Python 3."""

import multiprocessing
import os
import sys


def child(numbers, number):
    numbers.append(number)
    # One write(2), so that the lines of several processes do not mix; print may need two.
    os.write(1, f"say hi {numbers} pid {os.getpid()}\n".encode())


if __name__ == "__main__":
    count = int(sys.argv[sys.argv.index("--count") + 1]) if "--count" in sys.argv else 3
    context = multiprocessing.get_context("fork")
    numbers = []
    children = [context.Process(target=child, args=(numbers, number)) for number in range(count)]
    for process in children:
        process.start()
    for process in children:
        process.join()
    print("ending", numbers)
