"""Two threads that wake each other in turn with threading.Event: --millis N."""
import sys
import threading
import time

millis = int(sys.argv[sys.argv.index("--millis") + 1]) if "--millis" in sys.argv else 200
over = False
bells = [threading.Event(), threading.Event()]
counts = []


def turns(me):
    count = 0
    while not over and bells[me].wait(0.1):
        bells[me].clear()
        count += 1
        bells[1 - me].set()
    bells[1 - me].set()
    counts.append(count)


threads = [threading.Thread(target=turns, args=(me,)) for me in range(2)]
clock, cpu = time.perf_counter_ns(), time.process_time_ns()
bells[0].set()
for thread in threads:
    thread.start()
time.sleep(millis / 1000)
over = True
for thread in threads:
    thread.join()
print(sum(counts), time.perf_counter_ns() - clock, time.process_time_ns() - cpu)
