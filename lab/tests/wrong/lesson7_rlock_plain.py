# suite: lesson7.rlock
# caught by: reentrant
# says: did not end in time
# deadline: 2
# Takes a plain lock a second time, and waits for itself.
import os
import threading

lock = threading.Lock()  # wrong: RLock


def deeper(depth):
    with lock:
        os.write(1, f"depth {depth}\n".encode())
        if depth < 3:
            deeper(depth + 1)


deeper(1)
