# suite: lesson7.threads
# caught by: main-goes-on
# says: main has waited where it should go on
# Joins first and prints its own line then, so that main never runs beside its threads.
import argparse
import os
import threading
import time


def show(number, seconds):
    time.sleep(seconds)
    os.write(1, f"thread... {number}\n".encode())


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int)
parser.add_argument("--seconds", type=float)
args = parser.parse_args()
started = [threading.Thread(target=show, args=(number, args.seconds)) for number in range(args.count)]
for thread in started:
    thread.start()
for thread in started:
    thread.join()
os.write(1, b"main thread stop\n")  # wrong: that was to be seen before they are done
os.write(1, f"joined {args.count}\n".encode())
