# suite: lesson7.event
# caught by: real-threads
# says: these should be threads
# Forks where threads are asked for; the event is one between processes.
import multiprocessing
import os
import sys

multiprocessing.set_start_method("fork")
gate = multiprocessing.Event()


def say(line):
    os.write(1, (line + "\n").encode())


def do(number):
    say(f"start,{number}")
    if number % 2 == 0:
        gate.wait()
    say(f"execute {number}")


count = int(sys.argv[sys.argv.index("--count") + 1])
for number in range(count):
    multiprocessing.Process(target=do, args=(number,)).start()  # wrong
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
gate.set()
