#!/usr/bin/env python3
"""Lesson 8 in Python 3: processes, what they share, and a pool of them.

The documents' programs, corrected. What their versions got wrong:
  - the counter under the lock was printed before the children were joined: 5006, 4996, 5003. Its value is 5011.
  - five thousand children were started at once, and none was ever collected.
  - a manager's dictionary is not "copied back when the child ends": it lives in a process of its own, and everybody
    sees a change at once. What is copied is what one gets: dic["list"].append(1) changes a copy.
  - "when no worker is free, the program waits": apply_async returns at once; the task waits.
  - p.__parent_pid does not exist; a child's parent is os.getppid(), and its own number is also p.pid.
  - an error in a task that nobody asks for (get, error_callback) is never seen.

What the library gets wrong is cured here, too: its lock stays locked for ever when its owner is killed (RobustLock),
its pool waits for ever for the task of a worker that was killed (Pool), and children outlive a parent that was killed.

Run it:   python3 lessons/lesson8/original.py processes
          python3 lessons/lesson8/original.py lock --count 500
          python3 lessons/lesson8/original.py pool
"""
import argparse
import collections
import contextlib
import ctypes
import fcntl
import multiprocessing
import multiprocessing.connection
import multiprocessing.managers
import os
import signal
import statistics
import sys
import tempfile
import time

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")
MOST = 64  # children alive at once
PR_SET_PDEATHSIG = 1
TYPECODES = [  # Python's letter, the type in C, in Rust, and in ctypes, which knows its size
    ("c", "char", "Char", ctypes.c_char), ("b", "signed char", "i8", ctypes.c_byte),
    ("B", "unsigned char", "u8", ctypes.c_ubyte), ("h", "short", "i16", ctypes.c_short),
    ("H", "unsigned short", "u16", ctypes.c_ushort), ("i", "int", "i32", ctypes.c_int),
    ("I", "unsigned int", "u32", ctypes.c_uint), ("l", "long", "i64", ctypes.c_long),
    ("L", "unsigned long", "u64", ctypes.c_ulong), ("q", "long long", "i64", ctypes.c_longlong),
    ("Q", "unsigned long long", "u64", ctypes.c_ulonglong), ("f", "float", "f32", ctypes.c_float),
    ("d", "double", "f64", ctypes.c_double),
]


def say(*lines):
    """Prints lines with one write: those of other processes come before or after, never between."""
    try:
        os.write(1, "".join(f"{line}\n" for line in lines).encode())
    except BrokenPipeError:  # nobody reads any more: `… | head -1`
        os._exit(0)


# ---- processes

def die_with_the_parent(parent=None):
    """A child whose parent was killed would go on for ever: the kernel ends it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:  # it was faster
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches everybody; the parent decides


def begin(parent, work, args):
    die_with_the_parent(parent)
    work(*args)


def start(work, *args, context=FORK):
    """A child that runs work(*args) and does not outlive this process."""
    child = context.Process(target=begin, args=(os.getpid(), work, args), daemon=True)
    child.start()
    return child


def start_many(count, work, *args, context=FORK):
    """Starts `count` children, at most MOST of them alive at once; gives back all, the last ones still running."""
    children, running = [], []
    for number in range(count):
        while len(running) >= MOST:
            multiprocessing.connection.wait([child.sentinel for child in running])
            running = [child for child in running if child.exitcode is None]
        children.append(start(work, number, *args, context=context))
        running.append(children[-1])
    return children


def join_all(children):
    for child in children:
        child.join()


def hi(number, sleep):
    say(f"say hi {number} pid {os.getpid()} parent {os.getppid()}")
    time.sleep(sleep)


def sleep_long():
    time.sleep(60)


def processes(args):
    children = start_many(args.count, hi, args.sleep, context=SPAWN if args.way == "spawn" else FORK)
    join_all(children)
    for number, child in enumerate(children):
        say(f"ended {number} pid {child.pid} exitcode {child.exitcode}")
    ways = [("exit", sys.exit, (7,), None), ("terminate", sleep_long, (), "terminate"),
            ("kill", sleep_long, (), "kill")]
    for name, work, arguments, end in ways:
        child = start(work, *arguments)
        if end:
            getattr(child, end)()
        child.join()
        say(f"ended {name} pid {child.pid} exitcode {child.exitcode}")
    if args.measure:
        costs()


def nothing():
    pass


def cost(context, rounds):
    """The median time to start a child that does nothing and to wait for its end, in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        child = context.Process(target=nothing)
        child.start()
        child.join()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def costs():
    say(f"cost fork {cost(FORK, 20):.2f} ms", f"cost spawn {cost(SPAWN, 5):.2f} ms")
    block = bytearray(200 << 20)
    touch(block, len(block))
    say(f"cost fork with 200 MB {cost(FORK, 5):.2f} ms")
    start(own_memory, block).join()


def touch(block, size):
    for at in range(0, size, 4096):
        block[at] = 1


def own_memory(block):
    before = private()
    touch(block, 100 << 20)
    say(f"memory of a child {before} MB, after writing to 100 MB {private()} MB")


def private():
    """What this process shares with nobody, in MB."""
    with open("/proc/self/smaps_rollup") as table:
        return sum(int(line.split()[1]) for line in table if line.startswith("Private_")) // 1024


# ---- what is shared, and what is not

def append(number, numbers):
    numbers.append(number)
    say(f"say hi {numbers} pid {os.getpid()}")


def isolation(args):
    numbers = []
    join_all(start_many(args.count, append, numbers))
    say(f"ending {numbers}")


def change(number, temp):
    temp[number] = 100 + number
    say(*(f"{number} -----> {item}" for item in temp[:]))


def array(args):
    temp = FORK.Array("i", [11, 22, 33, 44])
    first = [] if args.first is None else [args.first]
    for number in first:
        start(change, number, temp).join()
    join_all([start(change, number, temp) for number in (0, 1) if number not in first])
    say(f"ending {temp[:]}")
    for code, c, rust, known in TYPECODES:
        say(f"typecode {code} = {c} = {rust}, {ctypes.sizeof(known)} bytes")
    for code, most in [("i", 2**31 - 1), ("B", 255)]:
        value = FORK.Value(code, most)
        say(f"add {code} {most} + 1: {checked_add(value, 1, most)}")
        with value.get_lock():
            value.value += 1  # the library's integers wrap around, asked for or not
        say(f"wrapping add {code} {most} + 1: {value.value}")


def checked_add(value, more, most):
    with value.get_lock():  # += alone is three steps: get, add, set
        if value.value + more > most:
            return "refused"
        value.value += more
        return value.value


def put(number, dic):
    dic[number] = 100 + number
    say(f"{number} values {dic.values()}")


def put_and_live(dic, sleep):
    dic[2] = 102
    dic["there"] = True
    time.sleep(sleep)


def append_to_nested(dic):
    dic["list"].append(2)  # to a copy, which is thrown away


def update_nested(dic):
    dic["list"] = dic["list"] + [2]


def dictionary(args):
    # An address that is no file: nothing is left of it, however this ends.
    manager = multiprocessing.managers.SyncManager(f"\0lesson8-{os.getpid()}", ctx=FORK)
    manager.start(die_with_the_parent, (os.getpid(),))
    server = manager._process.pid
    say(f"server pid {server} parent {os.getpid()}")
    dic = manager.dict()
    for number in range(2):
        start(put, number, dic).join()
    child = start(put_and_live, dic, args.sleep)
    deadline = time.monotonic() + 10
    while "there" not in dic and time.monotonic() < deadline:
        time.sleep(0.001)
    lives = "lives" if child.exitcode is None else "has ended"
    say(f"visible {dic[2]} while child {child.pid} {lives}")
    child.join()
    dic["list"] = [1]
    start(append_to_nested, dic).join()
    say(f"nested append {dic['list']}")
    start(update_nested, dic).join()
    say(f"nested update {dic['list']}")
    if args.measure:
        shared = FORK.Array("i", [11])
        say(f"cost get {each(lambda: dic[2]):.2f} us, array {each(lambda: shared[0]):.3f} us")
    manager.shutdown()


def each(work, rounds=2000):
    begun = time.perf_counter()
    for _ in range(rounds):
        work()
    return (time.perf_counter() - begun) / rounds * 1e6


def short_hi(number, sleep):
    say(f"hi {number} pid {os.getpid()}")
    time.sleep(sleep)


def join(args):
    begun = time.perf_counter()
    for number in range(args.count):
        start(short_hi, number, args.sleep).join()
    say(f"join in the loop {time.perf_counter() - begun:.2f} s")
    begun = time.perf_counter()
    join_all([start(short_hi, number, args.sleep) for number in range(args.count)])
    say(f"join after the loop {time.perf_counter() - begun:.2f} s")


# ---- a lock that survives its owner

class RobustLock:
    """A lock that the kernel opens when its owner dies, however it dies: a record lock on a file without a name.

    The library's own Lock is a semaphore: when its owner is killed, it stays locked, and everybody waits for ever.
    """

    def __init__(self):
        self.file = tempfile.TemporaryFile()
        self.owner = FORK.RawValue("i", 0)

    def __enter__(self):
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        died, self.owner.value = self.owner.value != 0, os.getpid()
        return died  # whether the last owner has left things half changed

    def __exit__(self, *_):
        self.owner.value = 0
        fcntl.lockf(self.file, fcntl.LOCK_UN)


def add_one(number, guard, temp, gate, late):
    if number >= late:
        gate.wait()
    with guard:
        temp[0] = 1 + temp[0]


def add_without_lock(temp, mine, other):
    value = temp[0]
    mine.set()
    other.wait(10)  # now both have read it
    temp[0] = value + 1


def hold(guard, holds):
    with guard:
        holds.set()
        time.sleep(60)


def take_turn(guard, temp):
    with guard as died:
        temp[0] = 1 + temp[0]
        say(f"waiter {os.getpid()} {'told that the owner died' if died else 'ok'}")


def lock(args):
    guard, temp, gate = RobustLock(), FORK.Array("i", [11, 22, 33, 44], lock=False), FORK.Event()
    # The last ten begin late, so that the print that the documents make is too early at every run.
    children = start_many(args.count, add_one, guard, temp, gate, args.count - 10)
    say(f"{args.count - 1} ---> {temp[0]}")
    gate.set()
    join_all(children)
    say(f"counter {temp[0]}")

    temp[0] = 11
    read = [FORK.Event(), FORK.Event()]
    join_all([start(add_without_lock, temp, read[number], read[1 - number]) for number in range(2)])
    say(f"without the lock {temp[0]}, expected 13")

    temp[0] = 11
    holds = FORK.Event()
    owner = start(hold, guard, holds)
    holds.wait(10)
    waiters = [start(take_turn, guard, temp) for _ in range(3)]
    say(f"owner {owner.pid} killed")
    owner.kill()
    join_all([owner, *waiters])
    say(f"after the kill {temp[0]}")


# ---- a pool that survives its workers

class WorkerLost(Exception):
    def __init__(self, pid, exitcode):
        super().__init__(f"worker {pid} was lost: exitcode {exitcode}")
        self.pid, self.exitcode = pid, exitcode


class Cancelled(Exception):
    pass


class Result:
    """A result that may not be there yet."""

    def __init__(self, pool, callback, error_callback):
        self.pool, self.callback, self.error_callback = pool, callback, error_callback
        self.ready, self.value, self.error = False, None, None

    def come(self, value, error):
        self.value, self.error, self.ready = value, error, True
        if error is None and self.callback:
            self.callback(value)
        if error is not None and self.error_callback:
            self.error_callback(error)

    def get(self, timeout=None):
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.ready:
            if not self.pool.turn(deadline):
                raise multiprocessing.TimeoutError
        if self.error is not None:
            raise self.error
        return self.value


class Worker:
    def __init__(self):
        self.pipe, theirs = FORK.Pipe()
        self.process = start(work_on, theirs)
        theirs.close()
        self.result = None  # of the task that it works at


def work_on(pipe):
    while True:
        function, args = pipe.recv()
        try:
            answer = function(*args), None
        except Exception as error:
            answer = None, error
        pipe.send(answer)


class Pool:
    """What multiprocessing.Pool does, with a pipe of its own for each worker: the parent knows who does what.

    There is no thread. The parent looks after its workers, and runs the callbacks, whenever it waits for a result.
    """

    def __init__(self, workers):
        self.queue, self.workers, self.open = collections.deque(), [Worker() for _ in range(workers)], True

    def apply_async(self, function, args, callback=None, error_callback=None):
        if not self.open:
            raise ValueError("the pool is closed")
        result = Result(self, callback, error_callback)
        self.queue.append((function, args, result))
        self.hand_out()
        return result

    def apply(self, function, args):
        return self.apply_async(function, args).get()

    def map(self, function, items):
        return [result.get() for result in [self.apply_async(function, (item,)) for item in items]]

    def imap_unordered(self, function, items):
        come = collections.deque()
        results = [self.apply_async(function, (item,), come.append) for item in items]
        for _ in results:
            while not come:
                self.turn(None)
            yield come.popleft()

    def hand_out(self):
        for at, worker in enumerate(self.workers):
            if self.queue and worker.result is None:
                if worker.process.exitcode is not None:  # killed while it had nothing to do
                    worker = self.workers[at] = Worker()
                function, args, worker.result = self.queue.popleft()
                with contextlib.suppress(BrokenPipeError):  # killed just now: turn() sees its end
                    worker.pipe.send((function, args))

    def turn(self, deadline):
        """Waits for a result or for a worker's end, and deals with it; says whether there was one."""
        left = None if deadline is None else max(0, deadline - time.monotonic())
        ends = [end for worker in self.workers for end in (worker.pipe, worker.process.sentinel)]
        ready = multiprocessing.connection.wait(ends, left)
        for at, worker in enumerate(self.workers):
            answer = None
            if worker.pipe in ready or worker.process.sentinel in ready:
                with contextlib.suppress(EOFError, ConnectionResetError):
                    answer = worker.pipe.recv() if worker.pipe.poll() else None
            if answer is None and worker.pipe not in ready and worker.process.sentinel not in ready:
                continue
            result, worker.result = worker.result, None
            if answer is None:  # it has ended, and what it worked at with it
                worker.process.join()
                answer = None, WorkerLost(worker.process.pid, worker.process.exitcode)
                self.workers[at] = Worker()
            if result is not None:
                result.come(*answer)
        self.hand_out()
        return bool(ready)

    def close(self):
        self.open = False

    def join(self):
        if self.open:
            raise ValueError("the pool is still open")
        while self.queue or any(worker.result for worker in self.workers):
            self.turn(None)
        self.terminate()

    def terminate(self):
        self.open = False
        missing = [worker.result for worker in self.workers if worker.result] + [task[2] for task in self.queue]
        self.queue.clear()
        for worker in self.workers:
            worker.process.kill()
            worker.process.join()
            worker.result = None
        for result in missing:
            result.come(None, Cancelled())


def foo(number, sleep):
    time.sleep(sleep)
    return number + 100, os.getpid()


def plus_100(number):
    return number + 100


def slower_first(number):
    time.sleep((4 - number) * 0.05)
    return number + 100


def divide(number):
    return 100 // (number - 13)


def pool(args):
    workers, task = Pool(args.workers), (lambda number: (number, args.sleep))

    def bar(answer):
        say(f"{answer[0]} worker {answer[1]} callback {os.getpid()}")

    def lost(error):
        if isinstance(error, WorkerLost):
            say(f"lost a task, worker {error.pid} exitcode {error.exitcode}")

    begun = time.perf_counter()
    results = [workers.apply_async(foo, task(number), bar, lost) for number in range(args.tasks)]
    handed_over = time.perf_counter() - begun
    say("end")
    if args.no_join:
        workers.terminate()
        return
    for result in results:
        with contextlib.suppress(WorkerLost):
            result.get()
    say(f"apply_async {args.tasks} times {handed_over:.2f} s")
    say(f"{args.tasks} tasks {time.perf_counter() - begun:.2f} s")

    say(f"apply {workers.apply(foo, task(1))[0]}", f"apply_async get {workers.apply_async(foo, task(1)).get()[0]}")
    begun = time.perf_counter()
    for number in range(args.workers):
        workers.apply(foo, task(number))
    say(f"apply {args.workers} times {time.perf_counter() - begun:.2f} s")

    say(f"map {workers.map(plus_100, range(5))}")
    say(f"imap_unordered {list(workers.imap_unordered(slower_first, range(5)))}")
    with contextlib.suppress(ZeroDivisionError):
        workers.apply_async(divide, (13,), None, lambda error: say("error_callback 13")).get()
    try:
        workers.apply(divide, (13,))
    except ZeroDivisionError:
        say("apply error 13")
    later = workers.apply_async(foo, (0, 0.3))
    try:
        later.get(timeout=0.05)
    except multiprocessing.TimeoutError:
        say("timeout after 0.05 s")
    say(f"later {later.get()[0]}")

    counted = []
    for number in range(10):
        workers.apply_async(plus_100, (number,), counted.append)
    try:
        workers.join()
    except ValueError:
        say("join before close: refused")
    workers.close()
    workers.join()
    say(f"close and join: {len(counted)} of 10 results")
    workers, cancelled = Pool(2), []
    for _ in range(10):
        workers.apply_async(sleep_long, (), None, cancelled.append)
    begun = time.perf_counter()
    workers.terminate()
    say(f"terminate: {len(cancelled)} of 10 cancelled, {time.perf_counter() - begun:.2f} s")


# ---- tasks that do not come back

def end_badly(how):
    if how == "panic":
        raise RuntimeError("oh")
    if how == "abort":
        os.abort()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "exit":
        os._exit(3)
    time.sleep(60)


def crash(args):
    workers = Pool(3)
    others = [workers.apply_async(foo, (number, 0.05)) for number in range(10)]
    bad = [(how, workers.apply_async(end_badly, (how,))) for how in ("panic", "abort", "kill", "exit", "forever")]
    for how, result in bad:
        try:
            result.get(args.timeout)
        except multiprocessing.TimeoutError:
            say(f"{how}: timeout")
        except WorkerLost as error:
            say(f"{how}: lost, exitcode {error.exitcode}")
        except Exception:
            say(f"{how}: panicked")
    say(f"others: {sum(result.get()[0] == number + 100 for number, result in enumerate(others))} of 10")
    say(f"workers: {sum(worker.process.exitcode is None for worker in workers.workers)} of 3")
    workers.terminate()
    say(f"children left: {len(multiprocessing.active_children())}")
    compare(args.timeout)


def compare(timeout):
    """The library's own pool, with a deadline: without one this would never end."""
    theirs = FORK.Pool(2)
    result = theirs.apply_async(end_badly, ("kill",))
    try:
        result.get(timeout)
    except multiprocessing.TimeoutError:
        say(f"CPython's Pool, kill: no result in {timeout:g} s")
    theirs.terminate()


def seconds(text):
    value = float(text)
    if not 0 < value <= 86400:
        raise argparse.ArgumentTypeError("write seconds, more than 0 and at most 86400, like 5 or 0.2")
    return value


def number_from(least):
    def number(text):
        value = int(text)
        if not least <= value <= 100_000:
            raise argparse.ArgumentTypeError(f"write a number from {least} to 100000")
        return value
    return number


def main():
    parser = argparse.ArgumentParser(description="Lesson 8: processes and pools")
    parts = parser.add_subparsers(required=True)

    def part(name, run, **options):
        added = parts.add_parser(name)
        added.set_defaults(run=run)
        for option, (kind, default) in options.items():
            added.add_argument(f"--{option}", type=kind, default=default)
        return added

    added = part("processes", processes, count=(number_from(1), 10), sleep=(seconds, 0.1))
    added.add_argument("--way", choices=("fork", "spawn"), default="fork")
    added.add_argument("--measure", action="store_true")
    part("isolation", isolation, count=(number_from(1), 10))
    part("array", array).add_argument("--first", type=int, choices=(0, 1))
    part("dict", dictionary, sleep=(seconds, 0.1)).add_argument("--measure", action="store_true")
    part("join", join, count=(number_from(1), 5), sleep=(seconds, 0.2))
    part("lock", lock, count=(number_from(10), 5000))
    part("pool", pool, workers=(number_from(1), 5), tasks=(number_from(1), 10), sleep=(seconds, 0.2)).add_argument(
        "--no-join", action="store_true")
    part("crash", crash, timeout=(seconds, 1.5))
    args = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        args.run(args)


if __name__ == "__main__":
    main()
