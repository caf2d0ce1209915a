# suite: lesson5.stdin
# caught by: several-at-once
# says: was typed
# deadline: 3
# Takes one line of those that the library has read: the wait sees nothing of the others.
import select
import sys

while True:
    if not select.select([sys.stdin], [], [], 1)[0]:
        print(".", flush=True)
        continue
    line = sys.stdin.readline()  # wrong: it may have read three
    if not line:
        break
    print("line:", line.rstrip("\n"), flush=True)
