# suite: lesson7.event
# caught by: usage
# says: --count 0
# Takes 0 threads, and less than 0, for an order that can be carried out.
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


count = int(sys.argv[sys.argv.index("--count") + 1])  # wrong: any number
threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
gate.set()
