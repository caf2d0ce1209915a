# suite: lesson7.event
# caught by: in-pieces
# says: was typed
# deadline: 4
# Takes each piece that arrives for a line.
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
while (piece := os.read(0, 4096)) and piece != b"true\n":  # wrong: "tr" is no line
    say(f"still closed: {piece.decode().strip()}")
say("open")
gate.set()
