# suite: lesson7.event
# caught by: asleep
# says: it does not look again and again
# Looks at a flag a thousand times a second: less work than without a pause, and still work.
import os
import sys
import threading
import time

is_open = False


def say(line):
    os.write(1, (line + "\n").encode())


def do(number):
    say(f"start,{number}")
    while number % 2 == 0 and not is_open:
        time.sleep(0.0001)  # wrong
    say(f"execute {number}")


count = int(sys.argv[sys.argv.index("--count") + 1])
threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
for thread in threads:
    thread.start()
while (line := sys.stdin.readline()) and line != "true\n":
    say(f"still closed: {line.strip()}")
is_open = True
