# suite: lesson7.race
# caught by: cures
# says: with a lock nothing may be lost
# Each thread has a lock of its own, so that both are always free.
import os
import threading

between = threading.Barrier(2)
number = 0


def add():
    global number
    lock = threading.Lock()  # wrong: a lock that nobody shares keeps nobody out
    for _ in range(10):
        with lock:
            seen = number
            between.wait()
            number = seen + 1


threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(1, f"without a lock: 10 of 20\nwith a lock: {number} of 20\nwith a channel: 20 of 20\n".encode())
