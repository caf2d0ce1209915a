# suite: lesson7.threads
# caught by: count
# says: `thread... 
# Starts five threads, whatever --count says.
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
started = [threading.Thread(target=show, args=(number, args.seconds)) for number in range(5)]  # wrong
for thread in started:
    thread.start()
os.write(1, b"main thread stop\n")
for thread in started:
    thread.join()
os.write(1, f"joined {args.count}\n".encode())
