"""Threads that add to one number under one threading.RLock: --threads N --millis N."""
import sys
import threading
import time


def argument(name, default):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


over = False
number = 0
lock = threading.RLock()
counts = []


def add():
    global number
    count = 0
    while not over:
        for _ in range(64):
            with lock:
                number += 1
        count += 64
    counts.append(count)


threads = [threading.Thread(target=add) for _ in range(argument("--threads", 1))]
clock, cpu = time.perf_counter_ns(), time.process_time_ns()
for thread in threads:
    thread.start()
time.sleep(argument("--millis", 200) / 1000)
over = True
for thread in threads:
    thread.join()
print(sum(counts), time.perf_counter_ns() - clock, time.process_time_ns() - cpu)
