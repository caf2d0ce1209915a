# suite: lesson7.threads
# caught by: real-threads
# says: is the number of no thread of the process
# Prints the number that Python uses inside (an address), not the one that the kernel knows.
import argparse
import os
import threading
import time


def show(number, seconds):
    os.write(1, f"thread-{number} ident {threading.get_ident() % 2 ** 31}\n".encode())  # wrong
    time.sleep(seconds)
    os.write(1, f"thread... {number}\n".encode())


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int)
parser.add_argument("--seconds", type=float)
args = parser.parse_args()
started = [threading.Thread(target=show, args=(number, args.seconds)) for number in range(args.count)]
for thread in started:
    thread.start()
os.write(1, b"main thread stop\n")
for thread in started:
    thread.join()
os.write(1, f"joined {args.count}\n".encode())
