"""Reads and writes a managed dictionary: manager.py CASE PROCESSES COUNT."""

import multiprocessing
import sys


def main():
    case, count = sys.argv[1], int(sys.argv[3])
    with multiprocessing.Manager() as manager:
        shared = manager.dict()
        shared["key"] = 0
        for n in range(count):
            if case == "get":
                if shared["key"] != 0:
                    sys.exit("another value")
            else:
                shared["key"] = n


if __name__ == "__main__":
    main()
