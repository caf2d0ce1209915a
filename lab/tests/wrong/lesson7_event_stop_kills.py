# suite: lesson7.event
# caught by: stop
# says: SIGINT
# deadline: 5
# Ctrl-C ends the asking with a traceback, and the threads wait on: the program does not end.
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
while (line := sys.stdin.readline()) and line != "true\n":  # wrong: KeyboardInterrupt comes here
    say(f"still closed: {line.strip()}")
gate.set()
