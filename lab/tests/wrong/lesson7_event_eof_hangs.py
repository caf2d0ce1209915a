# suite: lesson7.event
# caught by: end-of-input
# says: the end of the input (EOF)
# deadline: 3
# The documents' way: whatever was not `true` leaves the threads waiting, the end of the input too.
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
for line in sys.stdin:
    if line == "true\n":
        gate.set()
        break
    say(f"still closed: {line.strip()}")
# wrong: at the end of the input the gate stays closed for ever
