# suite: lesson7.event
# caught by: gate
# says: the odd ones do not wait
# deadline: 3
# All threads wait at the gate, the odd ones too.
import os
import sys
import threading

gate = threading.Event()


def say(line):
    os.write(1, (line + "\n").encode())


def do(number):
    say(f"start,{number}")
    gate.wait()  # wrong for half of them
    say(f"execute {number}")


count = int(sys.argv[sys.argv.index("--count") + 1])
threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
gate.set()
