# suite: lesson7.deadlock
# caught by: both-wait
# says: without the line
# Both give up, but the first one lets go at once, and the other gets what it wants after all.
import os
import threading

left, right, met = threading.Lock(), threading.Lock(), threading.Barrier(2)
got = {}


def take(name, first, second, seconds):
    with first:
        met.wait()
        got[name] = "yes" if second.acquire(timeout=seconds) else "no"  # wrong: and then nobody waits for the other


threads = [threading.Thread(target=take, args=("thread-1", left, right, 0.1)),
           threading.Thread(target=take, args=("thread-2", right, left, 0.5))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(1, f"thread-1: has left, right after 100 ms: {got['thread-1']}\n".encode())
os.write(1, f"thread-2: has right, left after 100 ms: {got['thread-2']}\n".encode())
os.write(1, b"cured: 2 threads, 200 rounds\n")
