"""frames in Python 3."""

import struct
import sys

LIMIT = 65536
stdin = sys.stdin.buffer
while prefix := stdin.read(4):
    if len(prefix) < 4:
        sys.exit("frames: the input ends within the length of a frame")
    (length,) = struct.unpack("!I", prefix)
    if length > LIMIT:
        sys.exit(f"frames: a frame of {length} bytes, and {LIMIT} is the limit")
    frame = stdin.read(length)
    if len(frame) < length:
        sys.exit("frames: the input ends within a frame")
    print(f"{length}:{frame.hex()}", flush=True)
