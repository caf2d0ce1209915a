"""reentrant in Python 3: its RLock knows its owner and counts."""

import sys
import threading
import time

threads, rounds, nap = (int(sys.argv[sys.argv.index(option) + 1]) for option in ("--threads", "--rounds", "--nap"))
balance, lock = 0, threading.RLock()


def say(text):
    print(text + "\n", end="", flush=True)


def deposit(who):
    global balance
    with lock:
        balance += 10
        say(f"{who}: B")


def deposit_with_bonus(who):
    global balance
    with lock:
        say(f"{who}: A begins")
        deposit(who)
        time.sleep(nap / 1000)
        balance += 1
        say(f"{who}: A ends")


def work(who):
    for _ in range(rounds):
        deposit_with_bonus(who)
        time.sleep(nap / 2000)
        deposit(who)


workers = [threading.Thread(target=work, args=[who]) for who in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
say(f"total {balance}")
