"""buffer in Python 3, with a rig of its own."""

import queue
import sys
import threading

capacity = int(sys.argv[sys.argv.index("--capacity") + 1]) if "--capacity" in sys.argv else 2
me = threading.local()


class Thread(threading.Thread):
    """Does one thing; tells `reports` when it waits and when it is done."""

    def __init__(self, work, *args):
        super().__init__()
        self.work, self.args, self.notified = work, args, False
        self.turns, self.reports = threading.Semaphore(0), queue.Queue()

    def run(self):
        me.thread = self
        self.reports.put(self.work(*self.args))


class Condition:
    def __init__(self):
        self.waiting = []

    def wait(self):
        self.waiting.append(me.thread)
        lock.release()
        me.thread.reports.put("waits")
        me.thread.turns.acquire()
        if me.thread in self.waiting:
            self.waiting.remove(me.thread)
        lock.acquire()

    def notify(self, count=1):
        for thread in self.waiting[:count]:
            thread.notified = True
        del self.waiting[:count]


lock, not_full, not_empty, items, closed = threading.Lock(), Condition(), Condition(), [], False


def put(item):
    with lock:
        while len(items) == capacity and not closed:
            not_full.wait()
        if closed:
            return f"refused {item}"
        items.append(item)
        not_empty.notify()
        return f"put {item}"


def take():
    with lock:
        while not items and not closed:
            not_empty.wait()
        if not items:
            return "end"
        not_full.notify()
        return f"took {items.pop(0)}"


def close():
    global closed
    with lock:
        closed = True
        not_full.notify(len(not_full.waiting))
        not_empty.notify(len(not_empty.waiting))


waiting = {}
for line in sys.stdin:
    command, name, item = (line.split() + ["", ""])[:3]
    thread = waiting.pop(name, None)
    if command == "close":
        close()
        print("closed")
    elif command in ("put", "take") and not thread or thread and (command == "wake" or command == "go" and thread.notified):
        if thread:
            thread.notified = False
            thread.turns.release()
        else:
            thread = Thread(put, item) if command == "put" else Thread(take)
            thread.start()
        report = thread.reports.get()  # until it is done or waits, nobody else goes
        print(name, report)
        if report == "waits":
            waiting[name] = thread
    else:
        print(name, "stays")
        if thread:
            waiting[name] = thread
close()
for thread in waiting.values():
    thread.turns.release()
