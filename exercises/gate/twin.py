"""gate in Python 3."""

import sys
import threading

count = int(sys.argv[sys.argv.index("--count") + 1]) if "--count" in sys.argv else 10
gate = threading.Event()


def say(text):
    print(text + "\n", end="", flush=True)


def run(number):
    say(f"start,{number}")
    if number % 2 == 0:
        gate.wait()
    say(f"execute {number}")


def late():
    gate.wait()
    say("execute late")


for number in range(count):
    threading.Thread(target=run, args=[number]).start()
for line in sys.stdin:
    if line == "true\n":
        break
    say("still closed: " + line.rstrip("\n"))
else:
    say("end of input")
say("open")
gate.set()
threading.Thread(target=late).start()
