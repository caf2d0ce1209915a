# suite: lesson7.event
# caught by: wrong-input
# says: still closed
# deadline: 4
# The documents' way: asks once, and never again.
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


count = int(sys.argv[sys.argv.index("--count") + 1])
threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
if sys.stdin.readline() == "true\n":  # wrong: and if not?
    gate.set()
