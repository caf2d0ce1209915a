# suite: lesson7.race
# caught by: lost
# says: Another number is luck
# Runs and hopes: CPython hardly ever changes threads inside of `number += 1`.
import os
import threading

number = 0


def add():
    global number
    for _ in range(10):
        number += 1  # wrong: nothing makes the bad moment come


threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(1, f"without a lock: {number} of 20\nwith a lock: 20 of 20\nwith a channel: 20 of 20\n".encode())
