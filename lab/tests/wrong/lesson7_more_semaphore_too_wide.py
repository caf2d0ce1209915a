# suite: lesson7.more
# caught by: semaphore
# says: at most 3 inside
# Each thread makes a semaphore of its own: it keeps nobody out.
import os
import threading

inside, most = 0, 0
all_in = threading.Barrier(10)


def enter():
    global inside, most
    with threading.Semaphore(3):  # wrong: nobody shares it
        inside += 1
        most = max(most, inside)
        all_in.wait()
        inside -= 1


threads = [threading.Thread(target=enter) for _ in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(1, b"condition: 20 items through 3 places, at most 3 in it\n")
os.write(1, f"semaphore: 10 threads, at most {most} inside\n".encode())
