# suite: lesson5.stdin
# caught by: end-of-input
# says: the end of the input (EOF)
# deadline: 3
# Takes the end of the input for an empty line.
import os
import select

data = b""
while True:
    if not select.select([0], [], [], 1)[0]:
        print(".", flush=True)
        continue
    *lines, data = (data + os.read(0, 4096)).split(b"\n")  # wrong: b"" for ever
    for line in lines:
        print("line:", line.decode(), flush=True)
