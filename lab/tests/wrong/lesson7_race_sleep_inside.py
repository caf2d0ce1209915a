# suite: lesson7.race
# caught by: sleep-outside
# says: the lock is still held during the sleep
# The documents' way: acquire, add, sleep, release. And the "better" version does the same.
import os
import threading
import time

lock = threading.Lock()


def show(line):
    os.write(1, (line + "\n").encode())


def add():
    with lock:
        time.sleep(0.05)  # wrong, the second time


show("without a lock: 10 of 20")
show("with a lock: 20 of 20")
show("with a channel: 20 of 20")
for place in ("inside", "outside"):
    begun = time.monotonic()
    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    show(f"sleep {place} the lock: {round((time.monotonic() - begun) * 1000)} ms")
