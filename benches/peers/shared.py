"""Adds to a shared number under its lock: shared.py CASE PROCESSES COUNT."""

import multiprocessing
import sys


def add(total, count):
    for _ in range(count):
        with total.get_lock():
            total.value += 1


def main():
    processes, count = int(sys.argv[2]), int(sys.argv[3])
    total = multiprocessing.Value("q", 0)
    each = count // processes
    children = [multiprocessing.Process(target=add, args=(total, each)) for _ in range(processes)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if total.value != each * processes:
        sys.exit(f"the sum is {total.value}")


if __name__ == "__main__":
    main()
