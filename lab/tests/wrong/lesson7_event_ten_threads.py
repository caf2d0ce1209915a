# suite: lesson7.event
# caught by: count
# says: threads have started
# deadline: 3
# Starts ten threads, whatever --count says.
import os
import sys
import threading

gate = threading.Event()


def say(line):
    os.write(1, (line + "\n").encode())


def do(number):
    say(f"start,{number}")
    if number % 2 == 0:
        gate.wait()
    say(f"execute {number}")


threads = [threading.Thread(target=do, args=(number,)) for number in range(10)]  # wrong
for thread in threads:
    thread.start()
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
gate.set()
