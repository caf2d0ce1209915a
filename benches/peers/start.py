"""Starts children with multiprocessing and waits for each: start.py CASE PROCESSES COUNT."""

import multiprocessing
import sys


def nothing():
    pass


def main():
    context = multiprocessing.get_context(sys.argv[1])
    for _ in range(int(sys.argv[3])):
        child = context.Process(target=nothing)
        child.start()
        child.join()
        if child.exitcode != 0:
            sys.exit("a child failed")


if __name__ == "__main__":
    main()
