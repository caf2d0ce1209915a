# suite: lesson7.threads
# caught by: join
# says: as if they had come one after the other
# Joins each thread where it starts it, and calls that parallel.
import argparse
import os
import threading
import time


def say(line):
    os.write(1, (line + "\n").encode())


def show(number, seconds):
    say(f"thread-{number} ident {threading.get_native_id()}")
    time.sleep(seconds)
    say(f"thread... {number}")


parser = argparse.ArgumentParser()
parser.add_argument("--count", type=int)
parser.add_argument("--seconds", type=float)
args = parser.parse_args()
started = [threading.Thread(target=show, args=(number, args.seconds)) for number in range(args.count)]
for thread in started:
    thread.start()
say("main thread stop")
for thread in started:
    thread.join()
say(f"joined {args.count}")
for place in ("in", "after"):
    begun = time.monotonic()
    for number in range(args.count):
        thread = threading.Thread(target=time.sleep, args=(args.seconds,))
        thread.start()
        thread.join()  # wrong, the second time
    say(f"join {place} the loop: {round((time.monotonic() - begun) * 1000)} ms")
