# suite: lesson7.more
# caught by: barrier
# says: broken for 2 of 2
# Only the one that gives up is told; the other one goes on as if all had come.
import os
import threading

os.write(1, b"condition: 20 items through 3 places, at most 3 in it\nbarrier: indexes 0 1 2\n")
come, broken = threading.Semaphore(0), []


def meet(limit):
    if limit and not come.acquire(timeout=limit):
        broken.append(limit)  # wrong: nobody else learns of it


threads = [threading.Thread(target=meet, args=(limit,)) for limit in (0.05, None)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(1, f"barrier, one missing: broken for {len(broken)} of 2\n".encode())
