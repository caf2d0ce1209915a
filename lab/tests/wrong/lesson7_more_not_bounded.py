# suite: lesson7.more
# caught by: bounded-semaphore
# says: refused, 3 of 3 left
# A plain semaphore takes back what was never taken.
import os
import threading

door = threading.Semaphore(3)  # wrong: BoundedSemaphore
door.acquire()
door.release()
try:
    door.release()
    refused = "taken"
except ValueError:
    refused = "refused"
left = sum(door.acquire(blocking=False) for _ in range(6))
os.write(1, b"condition: 20 items through 3 places, at most 3 in it\n")
os.write(1, f"bounded semaphore: given back too often: {refused}, {left} of 3 left\n".encode())
