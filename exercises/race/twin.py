"""race in Python 3."""

import sys
import threading

number = start = int(sys.argv[sys.argv.index("--start") + 1]) if "--start" in sys.argv else 7
meeting = threading.Barrier(3)


def add(name):
    global number
    seen = number
    print(f"{name}: load {seen}\n", end="", flush=True)
    meeting.wait()  # the other one has seen the same number
    number = seen + 1
    print(f"{name}: store {number}\n", end="", flush=True)


threads = [threading.Thread(target=add, args=[name]) for name in ["one", "two"]]
for thread in threads:
    thread.start()
sys.stdin.readline()
meeting.wait()
for thread in threads:
    thread.join()
print(f"{start} + 1 + 1 = {number}: {start + 2 - number} lost")
