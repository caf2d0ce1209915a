# suite: lesson7.threads
# caught by: lines
# says: before all threads were done
# Says that all have ended, and has asked nobody.
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
for number in range(args.count):
    threading.Thread(target=show, args=(number, args.seconds)).start()
os.write(1, b"main thread stop\n")
os.write(1, f"joined {args.count}\n".encode())  # wrong
