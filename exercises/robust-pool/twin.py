"""robust-pool in Python 3."""

import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time


def task(word):
    if word == "panic":
        raise RuntimeError("this task panics")
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(1_000_000 if word == "forever" else 0.02)
    return int(word) + 100


def work():
    print("ready", flush=True)
    for line in sys.stdin:
        print(task(line.strip()), flush=True)


class Worker:
    def __init__(self):
        command = [sys.executable, __file__, "worker"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()  # To start may take longer than a task.

    def apply(self, word, timeout):
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()
        answered, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not answered:
            self.end(kill=True)
            return "error timeout"
        result = self.process.stdout.readline().decode().strip()
        if result:
            return f"result {result}"
        return "error killed" if self.end() < 0 else "error panic"

    def end(self, kill=False):
        if kill:
            self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def keep_busy(tasks, timeout, outcomes):
    worker = Worker()
    while (item := tasks.get()) is not None:
        number, word = item
        outcome = worker.apply(word, timeout)
        outcomes.put(f"{number} {outcome}")
        if outcome.startswith("error"):
            worker = Worker()
    worker.end()


def main(words):
    timeout = 1.0
    if words[:1] == ["--timeout"]:
        timeout, words = float(words[1]), words[2:]
    tasks, outcomes = queue.SimpleQueue(), queue.SimpleQueue()
    for item in [*enumerate(words), None, None, None]:
        tasks.put(item)
    threads = [threading.Thread(target=keep_busy, args=(tasks, timeout, outcomes)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in words:
        print(outcomes.get(), flush=True)
    for thread in threads:
        thread.join()
    print("end")


if __name__ == "__main__":
    work() if sys.argv[1:] == ["worker"] else main(sys.argv[1:])
