# suite: lesson7.event
# caught by: states
# says: after clear
# Never clears: who comes later is let through too.
import os
import sys
import threading

gate = threading.Event()


def say(line):
    os.write(1, (line + "\n").encode())


def tell(when):
    say(f"{when}: is_set {gate.is_set()}, wait(0.05) {gate.wait(0.05)}".replace("T", "t").replace("F", "f"))


def do(number):
    say(f"start,{number}")
    if number % 2 == 0:
        gate.wait()
    say(f"execute {number}")


count = int(sys.argv[sys.argv.index("--count") + 1])
tell("at first")
threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
say("open")
gate.set()
for thread in threads:
    thread.join()
tell("after set")
tell("after clear")  # wrong: nobody has cleared it
