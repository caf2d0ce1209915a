#!/usr/bin/env python3
"""Lesson 7 in Python 3: threads, locks, events.

The documents' programs, corrected. What their versions got wrong:
  - "ten threads" were a hundred, and "not real threads": each has a number in the kernel (ident). The GIL lets one at a
    time run Python code, but all of them can sleep, or wait for the network, at the same time.
  - time.sleep(1) stood between acquire() and release(): ten threads took ten seconds, one after the other.
  - a lost update was hoped for. `n += 1` is hardly ever interrupted in CPython; a barrier makes it certain.
  - whoever typed anything but `true` left five threads waiting for ever, and the program with them.
  - event.clear() after the start of the threads is useless: an event begins cleared.

Run it:   python3 lessons/lesson7/original.py threads
          python3 lessons/lesson7/original.py daemon | race | rlock | more | deadlock | answers
          python3 lessons/lesson7/original.py event          then type: true
"""
import argparse
import collections
import os
import queue
import resource
import select
import signal
import socket
import sys
import threading
import time

UNIT = 0.04      # seconds that one task of `answers` takes alone
MEBIBYTES = 256  # sent over loopback
LIMIT = 1024     # the longest line that is taken from the keyboard, in bytes

# Control characters that somebody types must not act on the terminal when they are shown.
CONTROLS = {code: f"\\x{code:02x}" for code in [*range(32), 127]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


# ---- threads

def threads(args):
    def show(number):
        say(f"{threading.current_thread().name} ident {threading.get_native_id()}")
        time.sleep(args.seconds)
        say(f"thread... {number}")

    started = start_all(show, args.count)
    say("main thread stop")  # main is one thread more, and nobody has waited yet
    for thread in started:
        thread.join()
    say(f"joined {args.count}")

    begun = time.monotonic()
    for number in range(args.count):
        thread = start(f"thread-{number}", time.sleep, args.seconds)
        thread.join()  # the wrong place: the next one is started when this one has ended
    say(f"join in the loop: {milliseconds(begun)} ms")

    begun = time.monotonic()
    for thread in start_all(lambda number: time.sleep(args.seconds), args.count):
        thread.join()
    say(f"join after the loop: {milliseconds(begun)} ms")


# ---- daemon

def daemon(args):
    met = threading.Barrier(3)

    def work(name, seconds):
        try:
            say(f"{name}: first line")
            met.wait()
            time.sleep(seconds)
            say(f"{name}: last line")
        finally:
            say(f"{name}: cleaned up")  # of a daemon not even this

    threading.Thread(target=work, args=("daemon", 60), daemon=True).start()
    threading.Thread(target=work, args=("worker", 0.1)).start()
    met.wait()
    say("main ends")  # and the interpreter waits for the worker, which is in the foreground, and not for the daemon


# ---- race

def race(args):
    rounds = 10
    number = 0

    def both(work):
        nonlocal number
        number = 0
        for thread in [start(f"thread-{index}", work) for index in range(2)]:
            thread.join()
        return number

    between = threading.Barrier(2)

    def without():
        nonlocal number
        for _ in range(rounds):
            seen = number
            between.wait()  # the other thread has seen the same number: the bad moment, on every run
            number = seen + 1

    say(f"without a lock: {both(without)} of {2 * rounds}")
    lock = threading.Lock()

    def locked():
        nonlocal number
        for _ in range(rounds):
            with lock:
                number += 1

    say(f"with a lock: {both(locked)} of {2 * rounds}")
    # Python has no atomic integers. `number += 1` seldom loses anything in CPython, but nothing promises that.
    numbers = queue.SimpleQueue()

    def sending():
        for _ in range(rounds):
            numbers.put(1)

    both(sending)
    say(f"with a channel: {sum(numbers.get() for _ in range(2 * rounds))} of {2 * rounds}")

    def nap(inside):
        nonlocal number
        with lock:
            number += 1
            if inside:
                time.sleep(0.05)
        if not inside:
            time.sleep(0.05)

    for place in ("inside", "outside"):
        begun = time.monotonic()
        for thread in start_all(lambda _: nap(place == "inside"), 10):
            thread.join()
        say(f"sleep {place} the lock: {milliseconds(begun)} ms")


# ---- rlock

def rlock(args):
    lock = threading.RLock()

    def deeper(depth):
        with lock:
            say(f"depth {depth}")
            if depth < 3:
                deeper(depth + 1)

    deeper(1)
    plain = threading.Lock()
    with plain:
        say(f"plain lock, try again: {yes_or_no(plain.acquire(blocking=False))}")
        say(f"plain lock, 100 ms: {yes_or_no(plain.acquire(timeout=0.1))}")
    start("owner", lock.acquire).join()
    # The owner is gone, the lock stays taken, and nobody is told: without the timeout this would be for ever.
    say("owner ended: " + ("given" if lock.acquire(timeout=0.1) else "not told"))


# ---- event

def event(args):
    stop = stop_pipe()
    gate = threading.Event()
    called_off = False

    def pass_through(number):
        say(f"start,{number}")
        if number % 2 == 0:
            gate.wait()
            if called_off:
                return
        say(f"execute {number}")

    def tell(when):
        is_set, waited = str(gate.is_set()).lower(), str(gate.wait(0.05)).lower()
        say(f"{when}: is_set {is_set}, wait(0.05) {waited}")

    tell("at first")
    called_off = True
    try:
        started = start_all(pass_through, args.count)
        called_off = not asked(stop)
    finally:
        gate.set()  # whatever has happened: nobody is left waiting
    for thread in started:
        thread.join()
    if called_off:
        return say("stopped")
    tell("after set")
    gate.clear()
    tell("after clear")


def asked(stop):
    """True when a line says `true` or the input ends, False when a signal comes first."""
    data, too_long = b"", False
    prompt()
    while True:
        if stop in select.select([stop, 0], [], [])[0]:
            return False
        piece = os.read(0, 4096)
        if not piece:
            say("end of input")  # nobody can open the gate any more
            say("open")
            return True
        *lines, data = (data + piece).split(b"\n")
        for line in lines:
            if line.removesuffix(b"\r") == b"true" and not too_long:
                say("open")
                return True
            said = "…" if too_long or len(line) > LIMIT else escape(line.removesuffix(b"\r"))
            too_long = False
            say(f"still closed: {said}")
            prompt()
        if len(data) > LIMIT:
            data, too_long = b"", True  # keep nothing of what will not be taken


def prompt():
    if os.isatty(0):
        print("input: ", end="", flush=True)


# ---- more

def more(args):
    places, items = 3, 20
    buffer, most = collections.deque(), 0
    condition = threading.Condition()

    def produce():
        nonlocal most
        for item in range(items):
            with condition:
                condition.wait_for(lambda: len(buffer) < places)
                buffer.append(item)
                most = max(most, len(buffer))
                condition.notify_all()

    producer, taken = start("producer", produce), 0
    for expected in range(items):
        with condition:
            condition.wait_for(lambda: buffer)
            taken += buffer.popleft() == expected
            condition.notify_all()
    producer.join()
    say(f"condition: {taken} items through {places} places, at most {max(most, places)} in it")

    door, inside, crowd = threading.Semaphore(places), [], 0

    def enter(number):
        nonlocal crowd
        with door:
            inside.append(number)
            crowd = max(crowd, len(inside))
            time.sleep(0.005)
            inside.remove(number)

    for thread in start_all(enter, 10):
        thread.join()
    say(f"semaphore: 10 threads, at most {max(crowd, places)} inside")

    bounded = threading.BoundedSemaphore(places)
    bounded.acquire()
    bounded.release()
    try:
        bounded.release()
        refused = "taken"
    except ValueError:
        refused = "refused"
    left = sum(bounded.acquire(blocking=False) for _ in range(2 * places))
    say(f"bounded semaphore: given back too often: {refused}, {left} of {places} left")

    barrier = threading.Barrier(3)

    def meet(count, limit):
        found = []

        def arrive(_):
            try:
                found.append(barrier.wait(limit))
            except threading.BrokenBarrierError:
                found.append(None)

        for thread in start_all(arrive, count):
            thread.join()
        return found

    say(f"barrier: indexes {' '.join(map(str, sorted(meet(3, 10))))}")
    found = meet(2, 0.05)
    say(f"barrier, one missing: broken for {found.count(None)} of {len(found)}")

    timer = threading.Timer(0.05, say, ["timer: fired"])
    timer.start()
    timer.join()
    late = threading.Timer(3600, say, ["timer cancelled: fired"])
    late.start()
    late.cancel()
    late.join()
    say("timer cancelled: did not fire")

    own, theirs = threading.local(), []
    own.value = 1

    def look():
        own.value = getattr(own, "value", 0) + 2
        theirs.append(own.value)

    start("thread", look).join()
    say(f"local: main {own.value}, thread {theirs[0]}")


# ---- deadlock

def deadlock(args):
    left, right, met = threading.Lock(), threading.Lock(), threading.Barrier(2)
    got = {}

    def take(name, first, second):
        with first:
            met.wait()  # each has one
            got[name] = second.acquire(timeout=0.1)
            met.wait()  # nobody lets go before both have given up

    orders = [("thread-1", "left", "right", left, right), ("thread-2", "right", "left", right, left)]
    for thread in [start(name, take, name, first, second) for name, _, _, first, second in orders]:
        thread.join()
    for name, own, other, _, _ in orders:
        say(f"{name}: has {own}, {other} after 100 ms: {yes_or_no(got[name])}")

    rounds = 0

    def in_order():
        nonlocal rounds
        for _ in range(100):
            with left, right:  # everyone in this order
                rounds += 1

    for thread in [start(f"thread-{number}", in_order) for number in (1, 2)]:
        thread.join()
    say(f"cured: 2 threads, {rounds} rounds")


# ---- answers

def answers(args):
    if args.measure:
        return measure(args.measure)
    available = len(os.sched_getaffinity(0))
    for cpus in (1, 2):
        if cpus > available:
            print("(this process may use one CPU only: nothing to measure on two)")
            continue
        reader, writer = os.pipe()
        child = os.fork()  # a process of its own: the limit is for all of its threads and children
        if not child:
            os.dup2(writer, 1)
            os.close(reader)
            measure(cpus)
            os._exit(0)
        os.close(writer)
        with open(reader) as lines:
            for line in lines:
                kind, in_threads, in_processes, *disturbed = line.split()
                say(f"Python {kind}-bound, {cpus} CPU{' s'[cpus > 1]}: threads {in_threads}, processes {in_processes}"
                    + (", disturbed" if disturbed else ""))
        os.waitpid(child, 0)
    loopback()


def measure(cpus):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cpus])
    turns, begun = 0, time.thread_time()
    while time.thread_time() - begun < UNIT:
        compute(1000)
        turns += 1000
    for name, task in (("CPU", lambda: compute(turns)), ("I/O", lambda: time.sleep(UNIT))):
        def in_threads():
            for thread in [start(f"task-{number}", task) for number in range(2)]:
                thread.join()

        def in_processes():
            children = []
            for _ in range(2):
                child = os.fork()
                if not child:
                    task()
                    os._exit(0)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)

        times = []
        for _ in range(3):  # in turns; the shortest of each counts, a longer one was disturbed
            row = []
            for work in (task, in_threads, in_processes):
                begun, used = time.monotonic(), time.thread_time()
                work()
                row += [time.monotonic() - begun, time.thread_time() - used]
            times.append(row)
        alone, needed, with_threads, _, with_processes, _ = map(min, zip(*times))
        one = needed if name == "CPU" else alone  # if it took longer, others had the CPU too
        disturbed = " disturbed" if alone > one * 5 / 4 else ""
        say(f"{name} {with_threads / one:.2f} {with_processes / one:.2f}{disturbed}")


def compute(turns):
    number = 1
    for turn in range(turns):
        number = (number * 6364136223846793005 + turn) & 0xFFFFFFFFFFFFFFFF


def loopback():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = socket.create_connection(listener.getsockname())
        receiver, _ = listener.accept()
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)

    def send():
        with sender:
            for _ in range(MEBIBYTES):
                sender.sendall(bytes(1 << 20))

    thread = start("sender", send)
    buffer = bytearray(1 << 20)
    with receiver:
        while receiver.recv_into(buffer):
            pass
    thread.join()
    after = resource.getrusage(resource.RUSAGE_SELF)
    kernel = after.ru_stime - before.ru_stime
    used = after.ru_utime - before.ru_utime + kernel
    say(f"I/O: {MEBIBYTES} MiB over loopback: {milliseconds(begun)} ms, {round(used * 1000)} ms of CPU,"
        f" {round(100 * kernel / max(used, 1e-6))} % of it in the kernel")


# ---- what the parts share

def start(name, work, *args):
    thread = threading.Thread(target=work, args=args, name=name)
    thread.start()
    return thread


def start_all(work, count):
    return [start(f"thread-{number}", work, number) for number in range(count)]


def milliseconds(begun):
    return round((time.monotonic() - begun) * 1000)


def yes_or_no(value):
    return "yes" if value else "no"


def escape(data):
    return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace").translate(CONTROLS)


def stop_pipe():
    """A descriptor that SIGINT and SIGTERM make readable. Nobody reads it, so from then on every wait sees it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader


def say(line):
    """One write a line, so that those of several threads never mix. A reader who has gone is no error."""
    data = (line + "\n").encode()  # UTF-8 whatever the locale
    try:
        while data:
            data = data[os.write(1, data):]
    except BrokenPipeError:
        os._exit(0)  # from whichever thread: nobody hears any of them


def how_many(text):
    if not 1 <= int(text) <= 1000:
        raise ValueError("not a sensible number of threads")
    return int(text)


def seconds(text):
    if not 0 < float(text) <= 86400:  # also refuses nan, which is not less than anything
        raise ValueError("not a sensible time")
    return float(text)


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the other parts without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [threads, daemon, race, rlock, event, more, deadlock, answers]
    parts = parser.add_subparsers(required=True, metavar="|".join(part.__name__ for part in names))
    for part in names:
        options = parts.add_parser(part.__name__)
        options.set_defaults(part=part)
        if part in (threads, event):
            options.add_argument("--count", type=how_many, default=10, help="how many threads (default 10)")
        if part is threads:
            options.add_argument("--seconds", type=seconds, default=0.1, metavar="SECS",
                                 help="how long each of them sleeps (default 0.1)")
        if part is answers:
            options.add_argument("--measure", type=int, choices=(1, 2), help=argparse.SUPPRESS)
    args = parser.parse_args()
    try:
        args.part(args)
    except (OSError, RuntimeError) as error:  # RuntimeError: no more threads can be started
        sys.exit(f"lesson7: {getattr(error, 'strerror', None) or error}")


if __name__ == "__main__":
    main()
