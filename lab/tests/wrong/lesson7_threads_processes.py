# suite: lesson7.threads
# caught by: real-threads
# says: these should be threads
# Starts processes where threads are asked for.
import argparse
import multiprocessing
import os
import time

multiprocessing.set_start_method("fork")


def show(number, seconds):
    os.write(1, f"thread-{number} ident {os.getpid()}\n".encode())
    time.sleep(seconds)
    os.write(1, f"thread... {number}\n".encode())


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int)
parser.add_argument("--seconds", type=float)
args = parser.parse_args()
# wrong: a process has its own memory, and the parent's list of threads stays as it was
started = [multiprocessing.Process(target=show, args=(number, args.seconds)) for number in range(args.count)]
for child in started:
    child.start()
os.write(1, b"main thread stop\n")
for child in started:
    child.join()
os.write(1, f"joined {args.count}\n".encode())
