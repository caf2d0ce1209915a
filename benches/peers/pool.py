"""Does a number of tasks in CPython's pool: pool.py CASE PROCESSES COUNT."""

import multiprocessing
import sys


def square(n):
    return n * n


def main():
    case, workers, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with multiprocessing.Pool(workers) as pool:
        if case == "apply":
            total = sum(pool.apply(square, (n,)) for n in range(count))
        elif case == "apply_async":
            results = [pool.apply_async(square, (n,)) for n in range(count)]
            total = sum(result.get() for result in results)
        else:
            total = sum(pool.map(square, range(count), chunksize=int(case.removeprefix("map"))))
        if total != sum(n * n for n in range(count)):
            sys.exit(f"the sum is {total}")
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
