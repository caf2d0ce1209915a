#!/usr/bin/env python3
"""Lesson 5 in Python 3: one thread that serves many clients (select, poll, epoll).

The documents' select servers, corrected. What their versions got wrong:
  - a socket was closed in the loop over `readable` and then used in the loop over `writable`: KeyError, server dead.
  - the result of send() was ignored: what the kernel did not take was lost. Here it stays in the client's queue.
  - a client was left in the list for writing with nothing to say: select() returns at once, again and again.
  - what was already sent stayed in the list and was sent again; sendall() to one sleeper would stop all clients.
  - a reset by a client ended the server; a closed one was removed from the list and its socket never closed.
  - an exceptional condition (urgent data) was taken for the client's death.
  - readline() on standard input takes all lines from the kernel and returns one: the others are not seen by select().

select() tells what is ready *now*, not what has changed; its limit of 1024 is the C library's, not the kernel's.

Run it:   python3 lessons/lesson5/original.py server --mechanism poll      then, several times: nc 127.0.0.1 10000
          python3 lessons/lesson5/original.py print-server                 then: nc 127.0.0.1 8002
          python3 lessons/lesson5/original.py two-doors                    then: nc 127.0.0.1 8020, nc 127.0.0.1 8021
          python3 lessons/lesson5/original.py stdin                        then type, or wait; Ctrl-D ends it
          python3 lessons/lesson5/original.py lists
"""
import argparse
import contextlib
import errno
import os
import pathlib
import select
import signal
import socket
import struct
import sys
import threading
import time
import urllib.parse

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务.".encode()
OPERATOR = "通过可能会被录音.balabala一大推".encode()
TRY_AGAIN = "请重新输入.".encode()
MAX_MESSAGE = 1024
MAX_CALLERS = 512  # threads behind the two doors; more callers wait in the kernel's queue

CHUNK = 65536
FULL = 1 << 20   # so much may wait for one client; above it nothing more is read from this client
LOW = FULL // 2  # below this, reading goes on
FD_SETSIZE = 1024
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# What can be waited for. poll and epoll use the same numbers.
READ, URGENT, WRITE = select.POLLIN, select.POLLPRI, select.POLLOUT

# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


# ---- three ways to wait: watch(descriptor, what), forget(descriptor), wait(seconds) -> {descriptor: what is ready}

class Select:
    """All descriptors go to the kernel with every call, and all are looked at to find the ready ones."""
    limit = FD_SETSIZE

    def __init__(self):
        self.sets = {READ: set(), WRITE: set(), URGENT: set()}

    def watch(self, fd, wants):
        for what, members in self.sets.items():
            (members.add if wants & what else members.discard)(fd)

    def forget(self, fd):
        self.watch(fd, 0)

    def wait(self, timeout):
        events = {}
        for what, ready in zip(self.sets, select.select(*self.sets.values(), timeout)):
            for fd in ready:
                events[fd] = events.get(fd, 0) | what
        return events


class Poll:
    """Like select, but a list of numbers instead of a bit for each possible number: no limit of 1024."""
    limit = sys.maxsize

    def __init__(self):
        self.kernel = select.poll()

    def watch(self, fd, wants):
        self.kernel.register(fd, wants)  # a second time replaces the first

    def forget(self, fd):
        self.kernel.unregister(fd)

    def wait(self, timeout):
        return unasked(self.kernel.poll(None if timeout is None else timeout * 1000))  # milliseconds


class Epoll(Poll):
    """The kernel keeps the list, and wait() gets only the ready ones."""

    def __init__(self):
        self.kernel = select.epoll()

    def watch(self, fd, wants):
        try:
            self.kernel.modify(fd, wants)
        except FileNotFoundError:
            self.kernel.register(fd, wants)

    def wait(self, timeout):
        return unasked(self.kernel.poll(timeout))  # seconds


def unasked(events):
    """Errors and hang-ups are reported whether asked for or not: the next recv() or send() tells what happened."""
    return {fd: what | READ | WRITE if what & ~(READ | URGENT | WRITE) else what for fd, what in events}


# ---- the echo server

class Client:
    def __init__(self, conn, peer):
        self.conn, self.peer = conn, show(peer)
        self.queue = bytearray()  # what this client still has to get
        self.paused = False       # is too much queued to read more?
        self.ended = False        # will nothing more be read, ever?
        self.wants = 0            # what we wait for


class Server:
    def __init__(self, listener, stop, watcher, edge=False, echo=True, quiet=False):
        self.listener, self.stop, self.watcher = listener, stop, watcher
        self.echo, self.quiet, self.size = echo, quiet, CHUNK if echo else 1024
        # Level: the kernel tells again as long as there is something, so one recv() a turn is fair to the others.
        # Edge: it tells once, so read until there is nothing, or ask again (see settle) to be fair all the same.
        self.edge, self.turns = (select.EPOLLET, 16) if edge else (0, 1)
        self.clients = {}
        self.count = 0
        self.retry = None  # out of descriptors: the time to try accept() again
        self.stopping = False

    def run(self):
        self.watcher.watch(self.stop, READ)
        self.watcher.watch(self.listener.fileno(), READ)
        while True:
            events = self.watcher.wait(self.retry and max(0, self.retry - time.monotonic()))
            if self.stop in events:
                return self.finish()
            for fd, what in events.items():
                if fd in self.clients:
                    self.handle(self.clients[fd], what)
            # The newcomers last: one may get the number of a client closed above, whose events are not his.
            if self.listener.fileno() in events:
                self.accept()
            if self.retry and time.monotonic() >= self.retry:
                self.open_door()

    def accept(self):
        for _ in range(64):
            try:
                conn, peer = self.listener.accept()
            except OSError as error:
                # Out of descriptors the newcomer stays in the queue, and the listener stays ready: to watch it would
                # be to spin. Until one of our clients closes (or, a second later, perhaps somebody else's file has).
                if error.errno in NO_ROOM:
                    self.watcher.watch(self.listener.fileno(), 0)
                    self.retry = time.monotonic() + 1
                return
            if conn.fileno() >= self.watcher.limit:
                complain(f"descriptor {conn.fileno()}: select can only watch those below {FD_SETSIZE} (FD_SETSIZE);"
                         " try --mechanism poll or epoll")
                conn.close()
                continue
            conn.setblocking(False)  # ready is a hint: the next call may still have nothing to give
            self.count += 1
            client = self.clients[conn.fileno()] = Client(conn, peer)
            self.tell(f"accept {client.peer}")
            self.settle(client)

    def handle(self, client, what):
        more = False
        try:
            if what & URGENT:
                with contextlib.suppress(OSError):
                    client.conn.recv(1, socket.MSG_OOB)  # taken and dropped; the connection lives
            if what & WRITE:
                self.flush(client)
            if what & READ and not client.paused and not client.ended:
                more = self.receive(client)
        except OSError:
            self.close(client)  # reset: this client's affair only
        else:
            self.settle(client, more)

    def receive(self, client):
        """Says whether there may be more to read."""
        for _ in range(self.turns):
            try:
                data = client.conn.recv(self.size)
            except BlockingIOError:
                return False
            if not data:
                client.ended = True  # the client sends nothing more, but it may still read
                return False
            if self.stopping:
                continue  # nobody is answered any more
            shown = data[:64] if self.echo else data
            self.tell(f"received {client.peer} ({len(data)} bytes): {escape(shown)}{'…' * (len(shown) < len(data))}")
            if self.echo:
                client.queue += data
                self.flush(client)  # most often the kernel takes it all, and there is nothing to wait for
                if len(client.queue) > FULL:
                    client.paused = True
                    return False
        return True

    def flush(self, client):
        with contextlib.suppress(BlockingIOError):
            while client.queue:
                with memoryview(client.queue) as view:
                    size = client.conn.send(view)  # takes a part of it, as a rule
                del client.queue[:size]
                self.tell(f"sent {client.peer} ({size} bytes)")

    def settle(self, client, more=False):
        """After each turn: what shall we wait for now?"""
        if client.ended and not client.queue:
            return self.close(client)
        if self.stopping and not client.queue:
            with contextlib.suppress(OSError):
                client.conn.shutdown(socket.SHUT_WR)  # that was all; now it is the client's turn to close
        if len(client.queue) < LOW:
            client.paused = False
        wants = URGENT | self.edge
        if not client.paused and not client.ended:
            wants |= READ
        if client.queue:
            wants |= WRITE  # only then: with room in its buffer an idle client is always ready for writing
        if wants != client.wants or (more and self.edge):  # to ask again makes epoll tell an old edge again
            client.wants = wants
            self.watcher.watch(client.conn.fileno(), wants)

    def close(self, client):
        fd = client.conn.fileno()
        self.watcher.forget(fd)
        del self.clients[fd]
        with contextlib.suppress(OSError):
            client.conn.shutdown(socket.SHUT_WR)
            # If we end it, at a stop signal, input that is left unread would make close() a reset, which can destroy
            # our last words on their way.
            for _ in range(128):
                if not client.conn.recv(CHUNK):
                    break
        client.conn.close()
        self.tell(f"closed {client.peer}")
        if self.retry:
            self.open_door()  # now there is a descriptor for a newcomer

    def open_door(self):
        self.retry = None
        self.watcher.watch(self.listener.fileno(), READ)

    def finish(self):
        """Who has nothing queued is closed at once; the others have 0.4 s to take what is theirs."""
        self.stopping, self.retry = True, None
        self.watcher.forget(self.stop)
        self.watcher.watch(self.listener.fileno(), 0)
        for client in list(self.clients.values()):
            if client.queue:
                client.paused = False
                self.settle(client)
            else:
                self.close(client)
        deadline = time.monotonic() + 0.8
        while self.clients and (left := deadline - time.monotonic()) > 0:
            for fd, what in self.watcher.wait(left).items():
                if fd in self.clients:
                    self.handle(self.clients[fd], what)
        for client in list(self.clients.values()):
            self.close(client)

    def tell(self, line):
        if not self.quiet and not say(line, self.stop):
            self.quiet = True  # it is time to stop, and nobody reads: do not wait for that again


def server(args):
    run(args, edge=args.trigger == "edge", quiet=args.quiet)


def print_server(args):
    run(args, echo=False)  # the first document's: the same loop, and nobody is answered


def run(args, **how):
    stop = stop_pipe()
    watcher = {"select": Select, "poll": Poll, "epoll": Epoll}[args.mechanism]()
    listener = listen(*args.addr)
    try:
        say(f"listening on {show(listener.getsockname())}", stop)
        loop = Server(listener, stop, watcher, **how)
        loop.run()
    finally:
        leave(listener, *args.addr)
    say(f"stopped after {loop.count} connections", stop)


# ---- two doors, a thread for each caller: select() only says where somebody knocks

def two_doors(args):
    stop = stop_pipe()
    closed, tell = os.pipe()  # one byte for each call that has ended: a count that select() can wait for
    doors = {}

    def work(conn):
        try:
            with conn:
                talk(conn, stop, args.timeout)
                hang_up(conn, stop)
        except OSError:
            pass  # a caller who resets the line or never listens costs this call, nothing else
        finally:
            os.write(tell, b".")  # after the close: then a descriptor is free

    count = active = 0
    room = True  # false while the process has no descriptor left for another caller
    try:
        for address in (args.addr, args.addr2):
            doors[listen(*address)] = address
        for door in doors:
            say(f"listening on {show(door.getsockname())}", stop)
        while True:
            open_doors = doors if room and active < MAX_CALLERS else ()
            ready = select.select([stop, closed, *open_doors], [], [], None if room else 1)[0]
            if stop in ready:
                break
            if closed in ready:
                active -= len(os.read(closed, 4096))
            room = True
            for door in open_doors:
                if door not in ready or active >= MAX_CALLERS:
                    continue
                try:
                    conn, _ = door.accept()
                except OSError as error:
                    room = room and error.errno not in NO_ROOM  # such a caller stays in the queue: do not spin on it
                    continue
                count += 1
                conn.setblocking(False)  # select() does all the waiting, because only it can watch the stop signal
                try:
                    threading.Thread(target=work, args=(conn,), daemon=True).start()
                    active += 1
                except RuntimeError:
                    conn.close()  # the system has no thread left
    finally:
        for door, address in doors.items():
            leave(door, *address)
    deadline = time.monotonic() + 0.8  # the threads have seen the signal, too, and finish the reply in hand
    while active and select.select([closed], [], [], max(0, deadline - time.monotonic()))[0]:
        active -= len(os.read(closed, 4096))
    say(f"stopped after {count} connections", stop)


class Messages:
    """Cuts what one caller sends into messages, the same ones however the network cut it into chunks.

    Until the first newline each chunk is a message, as in the document (a program that sends "0" and waits).
    From then on a message is a line. Never keeps more than one message of MAX_MESSAGE bytes. (Lesson 4 explains it.)
    """

    def __init__(self):
        self.lines = False     # has this caller ever sent a newline?
        self.bare = False      # was there a chunk without one before?
        self.dropping = False  # inside a message that is too long and has been answered: skip up to its newline
        self.tail = b""        # the beginning of a line whose newline has not come yet

    def feed(self, chunk):
        if self.dropping:
            _, newline, chunk = chunk.partition(b"\n")
            if not newline:
                return []
            self.dropping, self.lines = False, True
        elif not self.lines:
            if b"\n" not in chunk:
                message = chunk.removesuffix(b"\r")
                if not message and self.bare:
                    return []  # the \r of the \r\n that ends the message before
                self.bare, self.dropping = True, too_long(message)
                return [message]
            self.lines = True
            if self.bare and chunk.startswith((b"\n", b"\r\n")):
                chunk = chunk.partition(b"\n")[2]  # the late end of "0", which has had its answer
        *lines, self.tail = (self.tail + chunk).split(b"\n")
        messages = [line.removesuffix(b"\r") for line in lines]
        if too_long(self.tail):
            messages.append(self.tail)  # answer it now: its newline may never come
            self.tail, self.dropping = b"", True
        return messages


def too_long(message):
    return len(message) - message.endswith(b"\r") > MAX_MESSAGE  # a final \r may belong to the newline


def talk(conn, stop, timeout):
    messages = Messages()
    send_all(conn, GREETING, stop, timeout)
    while True:
        ready, _, _ = select.select([conn, stop], [], [], timeout)
        chunk = conn.recv(4096) if conn in ready else b""
        answers = b""
        for message in messages.feed(chunk) if chunk else ():
            if message == b"exit":
                chunk = b""
                break
            answers += OPERATOR if message == b"0" else TRY_AGAIN
        send_all(conn, answers, stop, timeout)
        if not chunk or stop in ready:
            return  # silent for too long, hung up, said exit, or it is time to stop


def send_all(conn, data, stop, timeout):
    """sendall() for a peer who may never read: it ends at the timeout, and half a second after a stop signal."""
    watch, deadline = [stop], time.monotonic() + timeout
    while data:
        ready, writable, _ = select.select(watch, [conn], [], max(0, deadline - time.monotonic()))
        if ready:
            watch, deadline = [], time.monotonic() + 0.5
        if writable:
            data = data[conn.send(data):]
        elif not ready:
            raise TimeoutError


def hang_up(conn, stop):
    """Say that nothing follows, then take what is still coming: a close() over unread input turns into a reset, which
    can destroy our last words. Neither a flood nor a sleeper may hold us longer than a second."""
    conn.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + 1
    while (left := deadline - time.monotonic()) > 0:
        if select.select([conn, stop], [], [], left)[0] != [conn] or not conn.recv(16384):
            break


# ---- standard input is a descriptor like any other

def stdin(_):
    tail = b""
    while sys.stdin:  # None if it was closed before we started
        if not select.select([0], [], [], 1)[0]:
            say(".")
            continue
        # read() on the descriptor, not readline(): that one would take three pasted lines and return one of them,
        # and the other two would wait in its buffer, where select() does not see them.
        data = os.read(0, CHUNK)
        *lines, tail = (tail + data).split(b"\n")
        if tail and (not data or len(tail) >= CHUNK):
            lines, tail = [*lines, tail], b""  # the last line needs no newline; an endless one is shown in pieces
        for line in lines:
            say("line: " + escape(line.removesuffix(b"\r")))
        if not data:
            return  # the end stays ready for ever: the document's loop never sleeps again from here on


# ---- what the three lists report

LIMIT = 0.2  # seconds


def lists(_):
    say("In which lists one wait reports a descriptor that is watched for all: r read, w write, x exceptional.")
    say(f"  {'':34}  select  poll  epoll")
    ours, theirs = pair()
    row("a peer that says nothing", ours.fileno())
    fill(ours)
    row("a peer that reads nothing: full", ours.fileno())
    ours, theirs = pair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()  # with unsent or unread bytes, or with this option, a close is a reset
    seen(Poll, ours.fileno(), READ, 2)
    row("a peer that has reset", ours.fileno())
    try:
        ours.recv(1)
    except OSError as error:
        say(f"    then recv: {errno.errorcode[error.errno]}")  # this is where the error is, not in the third list
    ours, theirs = pair()
    theirs.send(b"!", socket.MSG_OOB)
    seen(Poll, ours.fileno(), READ | URGENT, 2)
    row("a byte out of band", ours.fileno())
    with open(__file__, "rb") as file:
        row("a regular file", file.fileno())
        file.seek(0, os.SEEK_END)
        row("a regular file, at its end", file.fileno())
    reader, writer = os.pipe()
    say(f"An idle pipe, and a time limit of {LIMIT * 1000:.0f} ms:")
    for way in (Select, Poll, Epoll):
        begun = time.monotonic()
        found = seen(way, reader, READ | URGENT, LIMIT)
        say(f"  {way.__name__.lower():6}  {found}  after {(time.monotonic() - begun) * 1000:.0f} ms")
    os.write(writer, b"one\ntwo\nthree\n")
    with os.fdopen(reader, "rb") as buffered:
        say("Three lines at once, and a reader with a buffer of its own, which was asked for one:")
        say(f"  it returned: {escape(buffered.readline())}")
        say(f"  the next wait : {seen(Select, buffered.fileno(), READ, LIMIT)}")
        say(f"  in its buffer : {escape(buffered.peek())}")


def row(name, fd):
    found = []
    for way in (Select, Poll, Epoll):
        try:
            found.append(seen(way, fd, READ | WRITE | URGENT, 0))
        except OSError as error:
            found.append(errno.errorcode[error.errno])
    say("  {:34}  {:6}  {:4}  {}".format(name, *found))


def seen(way, fd, wants, timeout):
    """What one wait reports: r, w and x, or - instead."""
    watcher = way()
    watcher.watch(fd, wants)
    found = watcher.wait(timeout).get(fd, 0)
    return "".join(letter if found & what else "-" for letter, what in (("r", READ), ("w", WRITE), ("x", URGENT)))


def pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return socket.create_connection(listener.getsockname()), listener.accept()[0]


def fill(sock):
    sock.setblocking(False)
    while select.select([], [sock], [], LIMIT)[1]:
        with contextlib.suppress(BlockingIOError):
            while sock.send(bytes(CHUNK)):
                pass


# ---- what every lesson needs

def listen(family, where):
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if family != socket.AF_UNIX:
            # Connections in TIME_WAIT from the last run must not keep us from the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        elif pathlib.Path(where).is_socket():
            # A killed server leaves its path behind. A datagram probe is refused if nobody is there any more, and a
            # living stream server never notices it. A plain file is left alone: bind() refuses it.
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                if probe.connect_ex(where) == errno.ECONNREFUSED:
                    os.unlink(where)
        listener.bind(where)
        listener.listen(1024)  # the documents' 5 is too few for a crowd: who finds no place tries again a second later
        listener.setblocking(False)  # the client who woke us may be gone before accept()
        return listener
    except OSError as error:
        sys.exit(f"lesson5: cannot listen on {show(where)}: {error.strerror or error}"
                 " (another server is running? try --addr 127.0.0.1:0)")


def leave(listener, family, where):
    if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
        pathlib.Path(where).unlink(missing_ok=True)
    listener.close()


def stop_pipe():
    """A descriptor that SIGINT and SIGTERM make readable. Nobody reads it, so from then on every wait sees it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader


def say(line, *stop):
    """Print a line now. A reader who has gone is no error; one who does not read cannot keep us from stopping."""
    data = (line + "\n").encode() if sys.stdout else b""  # UTF-8 whatever the locale; nothing if stdout is closed
    try:
        while data:
            if not select.select(stop, [1], [])[1] and not select.select([], [1], [], 0.1)[1]:
                return False  # time to stop, and still nobody reads
            data = data[os.write(1, data[:select.PIPE_BUF]):]
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        sys.exit(f"lesson5: cannot print: {error.strerror}")
    return True


def complain(line):
    """Say what went wrong with one client, but never wait for somebody to read it."""
    with contextlib.suppress(OSError):
        if sys.stderr and select.select([], [2], [], 0)[1]:
            os.write(2, f"lesson5: {line}\n".encode())


def escape(data):
    return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace").translate(CONTROLS)


def show(where):
    if isinstance(where, tuple):
        host, port = where[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not where:
        return "unix:(unnamed)"
    name = os.fsencode(where)  # a leading NUL byte marks a name that is not in the file system (Linux)
    return "unix:" + escape(b"@" + name[1:] if name.startswith(b"\0") else name)


def address(text):
    if text.startswith("unix:") and text != "unix:":
        return socket.AF_UNIX, text[5:]
    parts = urllib.parse.urlsplit("//" + text)  # knows HOST:PORT and the brackets of [::1]:PORT
    if parts.netloc != text or not parts.hostname or not parts.hostname.encode("idna") or parts.port is None:
        raise ValueError("not HOST:PORT")
    return socket.AF_INET6 if text.startswith("[") else socket.AF_INET, (parts.hostname, parts.port)


def seconds(text):
    if not 0 < float(text) <= 86400:  # also refuses nan, which is not less than anything
        raise ValueError("not a sensible time")
    return float(text)


def next_door(family, where):
    if family == socket.AF_UNIX:
        return family, where + ".2"
    host, port = where
    return family, (host, port + 1 if port else 0)  # 0: another free one


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends `stdin` without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mechanisms = [name for name in ("select", "poll", "epoll") if hasattr(select, name)]  # what this system has
    parts = parser.add_subparsers(required=True, metavar="server|print-server|two-doors|stdin|lists")
    for part, port in ((server, 10000), (print_server, 8002), (two_doors, 8020)):
        options = parts.add_parser(part.__name__.replace("_", "-"))
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default=f"127.0.0.1:{port}",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        if part is not two_doors:
            options.add_argument("--mechanism", choices=mechanisms, help="how to wait (default %(default)s)",
                                 default=mechanisms[-1] if part is server else "select")
        if part is server:
            options.add_argument("--trigger", choices=("level", "edge"), default="level",
                                 help="edge, only with epoll: be told once (default level)")
            options.add_argument("--quiet", action="store_true", help="do not print what happens")
        elif part is two_doors:
            options.add_argument("--addr2", type=address, help="the second door (default: the port after --addr's)")
            options.add_argument("--timeout", type=seconds, default=60, metavar="SECS",
                                 help="hang up on a caller who is silent this long (default 60)")
    parts.add_parser("stdin").set_defaults(part=stdin)
    parts.add_parser("lists").set_defaults(part=lists)
    args = parser.parse_args()
    if args.part is server and args.trigger == "edge" and args.mechanism != "epoll":
        parser.error("--trigger edge works only with --mechanism epoll")
    if args.part is two_doors and not args.addr2:
        args.addr2 = next_door(*args.addr)
        if args.addr2[1][1:] == (65536,):
            parser.error("there is no port after 65535: give --addr2")
    try:
        args.part(args)
    except OSError as error:
        sys.exit(f"lesson5: {error.strerror or error}")


if __name__ == "__main__":
    main()
