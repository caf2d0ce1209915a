# suite: lesson7.threads
# caught by: usage
# says: --count 0
# Takes 0 threads for an order that can be carried out.
import argparse
import os
import threading
import time


def show(number, seconds):
    time.sleep(seconds)
    os.write(1, f"thread... {number}\n".encode())


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int, default=10)  # wrong: no bounds
parser.add_argument("--seconds", type=float, default=0.1)
args = parser.parse_args()
started = [threading.Thread(target=show, args=(number, args.seconds)) for number in range(args.count)]
for thread in started:
    thread.start()
os.write(1, b"main thread stop\n")
for thread in started:
    thread.join()
os.write(1, f"joined {args.count}\n".encode())
