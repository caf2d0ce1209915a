"""fix in Python 3."""

import queue
import sys
import threading
import time

way = sys.argv[1]
threads, nap = (int(sys.argv[sys.argv.index(option) + 1]) for option in ("--threads", "--sleep"))
total, lock, numbers, sent = 0, threading.Lock(), [], queue.Queue()


def work(number):
    global total
    print(f"{number} sleeps\n", end="", flush=True)
    time.sleep(nap / 1000)
    print(f"{number} woke\n", end="", flush=True)
    if way == "mutex":
        with lock:
            total += number
    elif way == "atomic":
        numbers.append(number)  # Python has no atomic numbers; to append is one step
    else:
        sent.put(number)


workers = [threading.Thread(target=work, args=[number]) for number in range(1, threads + 1)]
for worker in workers:
    worker.start()
if way == "channel":
    total = sum(sent.get() for _ in workers)
for worker in workers:
    worker.join()
print("total", total + sum(numbers))
