#!/usr/bin/env python3
"""Lesson 6 in Python 3: the framework `socketserver`, and an upload service built on it.

The documents' programs, corrected. What their versions got wrong:
  - a caller who hung up was answered for ever (recv gives b"" at once, again and again), and so was an upload whose
    client had gone in the middle; data == "exit" is False for ever in Python 3.
  - a thread for every client, without limit. The framework's own loop looks for shutdown() twice a second, its
    server_close() waits for the last silent client, its forking server may wait for children that are not its own.
  - upload: "one recv is one header, and an answer keeps packets apart" holds only as long as nothing is late, cut or
    glued together. Here a line ends a header, and its size says where the content ends (--framing ack is the old way).
  - upload: the client's file name was a path on the server: ../../anything could be written.
  - upload: the server wanted three fields and got two; a | in a name broke the header; the path was read into one
    variable and used from another; what send() did not take was lost; nobody learnt whether the file had arrived.
  - upload: a file was written in place: half of it stayed, two uploads of one name were mixed.

It is the thread for each client that serves many at once, not select(): that only says when to accept the next one.

Run it:   python3 lessons/lesson6/original.py server --dispatch forking       then, several times: nc 127.0.0.1 8009
          python3 lessons/lesson6/original.py simplified                      then: nc 127.0.0.1 8002
          python3 lessons/lesson6/original.py upload-server --dir /tmp        (in one terminal)
          python3 lessons/lesson6/original.py upload README.md Cargo.toml     (in another)
          python3 lessons/lesson6/original.py idle
"""
import argparse
import contextlib
import errno
import hashlib
import os
import pathlib
import queue
import re
import secrets
import select
import signal
import socket
import socketserver
import stat
import sys
import threading
import time
import urllib.parse

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务.".encode()
OPERATOR = "通过可能会被录音.balabala一大推".encode()
TRY_AGAIN = "请重新输入.".encode()
MAX_MESSAGE = 1024
MAX_HEADER = 1024
MAX_CLIENTS = {"inline": 1, "threading": 512, "forking": 40, "pooled": 8}  # at once; more wait in the kernel's queue
CHUNK = 65536
DIGITS = re.compile(rb"[0-9]{1,20}")
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


# ---- the framework, cured. Its steps for one client are
#      get_request > verify_request > process_request > finish_request > Handler: setup, handle, finish
#      > shutdown_request > close_request; a class that comes first among the bases replaces single steps.

class Cured:
    """What all four servers change: the loop, the limit, the end of a connection, the report of an error."""
    request_queue_size = 128
    allow_reuse_address = True  # connections in TIME_WAIT from the last run must not keep us from the port

    def __init__(self, args, handler, most):
        self.args, self.most = args, most
        self.stop, self.stop_writer = stop_pipe()
        self.closed, self.tell = os.pipe()  # one byte for each client who has been served: poll() can wait for it
        self.count = self.active = 0
        self.address_family, where = args.addr
        super().__init__(where, handler, bind_and_activate=False)

    def server_bind(self):
        if self.address_family == socket.AF_UNIX:
            remove_stale(self.server_address)
        super().server_bind()
        self.socket.setblocking(False)  # the client who woke us may be gone before accept()

    def serve_forever(self, poll_interval=None):
        """The framework's loop without its clock: it sleeps until something happens."""
        room = True  # false while the process has no descriptor left for another client
        while True:
            doors = [self.socket] if room and self.active < self.most else []
            ready = wait([self.stop, *self.endings(), *doors], None if room else 1)
            if self.stop in ready:
                break
            room = True
            for ending in self.endings():
                if ending in ready:
                    self.ended(ending)
            if self.socket not in ready:
                continue
            try:
                request, client = self.get_request()
            except OSError as error:
                room = error.errno not in NO_ROOM  # such a client stays in the queue: do not spin on it
                continue
            try:
                if self.verify_request(request, client):
                    self.process_request(request, client)
                else:
                    self.shutdown_request(request)
            except Exception:  # whatever it is, it is this client's: the loop goes on
                self.handle_error(request, client)
                self.shutdown_request(request)

    def endings(self):
        return [self.closed]

    def ended(self, ending):
        self.active -= len(os.read(ending, 4096))

    def get_request(self):
        request, client = super().get_request()
        self.count += 1
        request.setblocking(False)  # poll() does all the waiting, because only it can watch the stop signal as well
        return request, client

    def shutdown_request(self, request):
        with contextlib.suppress(OSError):
            hang_up(request, self.stop)
        self.close_request(request)

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):  # resets and timeouts are the client's affair
            complain(f"{show(client_address)}: {error!r}")

    def finish_all(self):
        """After the stop signal: the handlers have seen it, too, and finish the reply in hand."""
        deadline = time.monotonic() + 0.8
        while self.active and (ready := wait(self.endings(), deadline - time.monotonic())):
            for ending in ready:
                self.ended(ending)


class Inline(Cured, socketserver.TCPServer):
    """One after the other: a silent client keeps all others waiting. That is the point of showing it."""


class Threading(Cured, socketserver.ThreadingTCPServer):
    """A thread for each client."""
    daemon_threads = True  # the end of the program does not wait for them; finish_all() does, for a while

    def process_request(self, request, client_address):
        self.active += 1
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # the system has no thread left
            self.active -= 1
            self.close_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            os.write(self.tell, b".")  # after the close: then a descriptor is free


class Pooled(Threading):
    """A few threads that live as long as the server, and a client for each that is free."""

    def __init__(self, *args):
        super().__init__(*args)
        self.jobs = queue.SimpleQueue()
        for _ in range(self.most):
            threading.Thread(target=self.work, daemon=True).start()

    def process_request(self, request, client_address):
        self.active += 1
        self.jobs.put((request, client_address))

    def work(self):
        while True:
            self.process_request_thread(*self.jobs.get())


class Forking(Cured, socketserver.ForkingTCPServer):
    """A process for each client. Only safe because no thread is running: a child has none of its parent's threads,
    but every lock that they held at that moment."""

    def __init__(self, *args):
        super().__init__(*args)
        self.children = {}  # the reading end of a pipe -> the process that has the other end

    def get_request(self):
        # Nobody writes into this pipe. It ends when the child does, however that happens: poll() can wait for it.
        # (The framework's own collect_children() waits for any child when there are too many, even for others'.)
        self.pipe = os.pipe()
        try:
            return super().get_request()
        except OSError:
            for end in self.pipe:
                os.close(end)
            raise

    def process_request(self, request, client_address):
        reader, writer = self.pipe
        try:
            super().process_request(request, client_address)  # forks; the child does not come back from here
        except OSError:  # the system has no process left
            os.close(reader)
            self.close_request(request)
        else:
            (self.children[reader],) = self.active_children.difference(self.children.values())
            self.active += 1
        finally:
            os.close(writer)

    def finish_request(self, request, client_address):
        """The first step in the child."""
        # The stop pipe is the parent's: its bytes, and even its sudden death (nobody writes any more), end us too.
        # So signals to the whole group (Ctrl-C) need not, and must not write into it once more.
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        os.close(self.stop_writer)
        self.socket.close()  # or the port would stay taken after the parent's end
        super().finish_request(request, client_address)

    def endings(self):
        return list(self.children)

    def ended(self, ending):
        pid = self.children.pop(ending)
        os.close(ending)
        os.waitpid(pid, 0)  # it is ending just now; unless somebody asks for its exit code it stays as a zombie
        self.active_children.discard(pid)
        self.active -= 1

    def finish_all(self):
        super().finish_all()
        for pid in self.children.values():
            os.kill(pid, signal.SIGKILL)
        for ending in self.endings():
            self.ended(ending)


def server(args):
    servers = {"inline": Inline, "threading": Threading, "forking": Forking, "pooled": Pooled}
    handlers = {"ivr": Ivr, "echo": Echo}
    run(servers[args.dispatch](args, handlers[args.handler], args.max or MAX_CLIENTS[args.dispatch]))


def run(framework):
    family, where = framework.args.addr
    try:
        framework.server_bind()
        framework.server_activate()
    except OSError as error:
        cannot_listen(where, error)
    try:
        say(f"listening on {show(framework.socket.getsockname())}", framework.stop)
        framework.serve_forever()
    finally:
        leave(framework.socket, family, where)
    framework.finish_all()
    say(f"stopped after {framework.count} connections", framework.stop)


# ---- what is done with one client: an object of this class is made for each

class Ivr(socketserver.BaseRequestHandler):
    def handle(self):
        talk(self.request, self.server.stop, self.server.args.timeout)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        conn, stop, timeout = self.request, self.server.stop, self.server.args.timeout
        while data := receive(conn, stop, timeout):
            send_all(conn, data, stop, timeout)


# ---- the same without the framework: select() on the listener, a thread for each connection

def simplified(args):
    stop, _ = stop_pipe()
    closed, tell = os.pipe()
    family, where = args.addr
    listener = listen(family, where)

    def process(conn):
        try:
            with conn:
                talk(conn, stop, args.timeout)
                hang_up(conn, stop)
        except OSError:
            pass  # a caller who resets the line or never listens costs this call, nothing else
        finally:
            os.write(tell, b".")

    count = active = 0
    room = True
    try:
        say(f"listening on {show(listener.getsockname())}", stop)
        while True:
            doors = [listener] if room and active < MAX_CLIENTS["threading"] else []
            ready = select.select([stop, closed, *doors], [], [], None if room else 1)[0]
            if stop in ready:
                break
            room = True
            if closed in ready:
                active -= len(os.read(closed, 4096))
            if listener in ready:
                try:
                    conn, _ = listener.accept()
                except OSError as error:
                    room = error.errno not in NO_ROOM
                    continue
                count += 1
                conn.setblocking(False)
                try:
                    threading.Thread(target=process, args=(conn,), daemon=True).start()
                    active += 1
                except RuntimeError:
                    conn.close()  # the system has no thread left
    finally:
        leave(listener, family, where)
    deadline = time.monotonic() + 0.8
    while active and wait([closed], deadline - time.monotonic()):
        active -= len(os.read(closed, 4096))
    say(f"stopped after {count} connections", stop)


def talk(conn, stop, timeout):
    messages = Messages()
    send_all(conn, GREETING, stop, timeout)
    while chunk := receive(conn, stop, timeout, 4096):
        answers = b""
        for message in messages.feed(chunk):
            if message == b"exit":
                return send_all(conn, answers, stop, timeout)
            answers += OPERATOR if message == b"0" else TRY_AGAIN
        send_all(conn, answers, stop, timeout)


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


# ---- uploads: `name|size` and a newline, then exactly so many bytes, then the next header

class Refused(Exception):
    """The client is told why, and nothing has changed."""


class Gone(Exception):
    """The client has left or is silent, or it is time to stop."""


class Upload(socketserver.BaseRequestHandler):
    def setup(self):
        self.folder = os.fsencode(self.server.args.dir)
        self.buffer = b""  # what has come and is not used yet: at most a header and one recv()
        if self.request.family != socket.AF_UNIX:
            # Each answer leaves at once, even while the one before it is not acknowledged yet.
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle(self):
        ack = self.server.args.framing == "ack"
        with contextlib.suppress(Gone):
            while True:
                try:
                    self.take_as_documented() if ack else self.take()
                except Refused as refusal:
                    self.answer(f"error: {refusal}\n")
                    if ack:
                        return  # nobody knows where the next header begins

    def take(self):
        name, bar, size = self.header().rpartition(b"|")  # the last bar: others may belong to the name
        if not bar:
            raise Refused("a header is name|size")
        digest = self.store(name, size, "ready\n")
        self.answer(f"ok {digest}\n")  # without this line the client would not know

    def take_as_documented(self):
        """One recv() is taken for one header. That is so until it comes in two pieces, or with content behind it."""
        *_, name, size = [b"", *self.more(1024).split(b"|")]  # cmd|name|size, or only name|size
        self.store(name, size, "nothing")

    def header(self):
        while True:
            while b"\n" not in self.buffer and len(self.buffer) <= MAX_HEADER:
                self.buffer += self.more()
            header, newline, self.buffer = self.buffer.partition(b"\n")
            if len(header) <= MAX_HEADER:
                return header
            self.answer(f"error: a header has at most {MAX_HEADER} bytes\n")  # now: its newline may never come
            while not newline:
                _, newline, self.buffer = self.more().partition(b"\n")

    def store(self, name, size, invitation):
        """Takes the content into a temporary file, which gets its name when all of it is there."""
        target = os.path.join(self.folder, safe(name))
        size = self.possible(size)
        temporary = os.path.join(self.folder, b".upload-" + secrets.token_hex(8).encode())
        problem = digest = None
        try:
            if os.path.isdir(target):
                raise Refused("there is a folder of this name")
            file = open(temporary, "xb")
        except OSError as error:
            raise Refused(error.strerror)
        try:
            with file:
                self.answer(invitation)
                digest = self.copy(size, file)
            os.replace(temporary, target)  # in one step: readers see the old file or the new one, never a half
        except OSError as error:  # the disk's: those of the connection are Gone
            problem = error.strerror
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # if it still has this name
        if problem:
            self.answer(f"error: {problem}\n")
            raise Gone
        say(f"stored {escape(name)} ({size} bytes) from {show(self.client_address)}", self.server.stop)
        return digest

    def possible(self, size):
        if not DIGITS.fullmatch(size):
            raise Refused("the size is a decimal number of 1 to 20 digits")
        if int(size) > self.server.args.max_size:
            raise Refused(f"the size is over the limit of {self.server.args.max_size} bytes")
        try:
            disk = os.statvfs(self.folder)
        except OSError as error:
            raise Refused(error.strerror)
        if int(size) > disk.f_bavail * disk.f_frsize:
            raise Refused("the size is over the free space")
        return int(size)

    def copy(self, size, file):
        digest = hashlib.sha256()
        while size > 0:
            if not self.buffer:
                self.buffer = self.more(min(size, CHUNK))
            data, self.buffer = self.buffer[:size], self.buffer[size:]  # never more: the next header follows
            file.write(data)
            digest.update(data)
            size -= len(data)
        return digest.hexdigest()

    def more(self, size=CHUNK):
        with contextlib.suppress(OSError):
            if data := receive(self.request, self.server.stop, self.server.args.timeout, size):
                return data
        raise Gone

    def answer(self, text):
        try:
            send_all(self.request, text.encode(), self.server.stop, self.server.args.timeout)
        except OSError:
            raise Gone


def safe(name):
    """The client's word for a file must be the name of one in our folder, never a way out of it."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        raise Refused("the name is not UTF-8")
    if name in (b"", b".", b"..") or len(name) > 255:
        raise Refused("a name has 1 to 255 bytes and is not . or ..")
    if "/" in text or not CONTROLS.keys().isdisjoint(map(ord, text)):
        raise Refused("a name has no / and no control characters")
    if name.startswith(b".upload-"):
        raise Refused("a name does not begin with .upload-")  # our temporary files: nobody may replace one
    return name


def upload_server(args):
    if not os.access(args.dir, os.W_OK | os.X_OK) or not os.path.isdir(args.dir):
        sys.exit(f"lesson6: cannot store files in {escape(os.fsencode(args.dir))} (a folder that I may write to?)")
    run(Threading(args, Upload, MAX_CLIENTS["threading"]))


def upload(args):
    family, where = args.addr
    failed = False
    try:
        with socket.socket(family, socket.SOCK_STREAM) as conn, conn.makefile("rb") as answers:
            conn.settimeout(args.timeout)
            conn.connect(where)
            for path in args.files:
                name = os.path.basename(path)
                try:
                    send_file(conn, answers, path, safe(name), args.framing == "ack")
                    say(f"{escape(name)}: ok")
                except Refused as refusal:
                    failed = True
                    complain(f"{escape(name)}: {refusal}")
            if args.framing == "ack":  # there is no last answer: all that can be learnt is whether it complains
                conn.shutdown(socket.SHUT_WR)
                if rest := answers.readline(4096):
                    failed = True
                    complain(f"the server says: {escape(rest)}")
                complain("--framing ack: the server never said that a file has arrived")
    except OSError as error:
        sys.exit(f"lesson6: upload to {show(where)} failed: {error.strerror or error} (is the server running there?)")
    sys.exit(1 if failed else 0)


def send_file(conn, answers, path, name, ack):
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused("not a regular file")
        file = open(path, "rb")
    except OSError as error:
        raise Refused(error.strerror)
    with file:
        left = os.fstat(file.fileno()).st_size
        conn.sendall(b"%s|%d%s" % (name, left, b"" if ack else b"\n"))
        expect(b"nothing" if ack else b"ready\n", conn.recv(1024) if ack else answers.readline(4096))
        digest = hashlib.sha256()
        while left > 0:
            data = file.read(min(left, CHUNK))
            if not data:
                raise OSError(f"{escape(name)} has become shorter meanwhile")  # the server waits for the rest
            if select.select([conn], [], [], 0)[0]:
                break  # an answer before the end is a complaint
            conn.sendall(data)  # not send(): that may take only a part
            digest.update(data)
            left -= len(data)
    if not ack:
        expect(b"ok %s\n" % digest.hexdigest().encode(), answers.readline(4096))


def expect(wanted, answer):
    if not answer:
        raise OSError("the server has hung up")
    if answer != wanted:
        raise Refused(f"the server says: {escape(answer.rstrip())}")


# ---- what a silent client costs

class Plain(socketserver.StreamRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


def idle(args):
    counters_and_zombies()
    say(f"\n{args.clients} clients, each answered once and then silent:")
    say("  server     threads  children  KiB a client")
    for name, serve in (("event loop", one_loop), ("threading", framework(socketserver.ThreadingTCPServer)),
                        ("forking", framework(socketserver.ForkingTCPServer))):
        threads, children, kib = measure(serve, args.clients)
        say(f"  {name:10} {threads:7}  {children:8}  {kib:12.1f}")
    say("  (memory: Pss of /proc/PID/smaps_rollup; a page that several processes share is counted once)")


def counters_and_zombies():
    served, children = 0, []
    for _ in range(5):
        child = os.fork()
        if not child:
            served += 1
            os._exit(served)  # its own copy of the number
        children.append(child)
    for child in children:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # it has ended, and is left uncollected
    say(f"{len(children)} forked children have ended, and nobody has waited for them: {zombies(children)} zombies")
    counted = " ".join(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) for child in children)
    say(f"each has added 1 to the parent's counter: theirs say {counted}, the parent's says {served}")
    say(f"after waiting: {zombies(children)} zombies")


def zombies(children):
    stats = [pathlib.Path(f"/proc/{child}/stat") for child in children]
    return sum(stat.read_text().rpartition(") ")[2].startswith("Z") for stat in stats if stat.exists())


def measure(serve, count):
    """Threads, children and KiB a client of a server in a process of its own."""
    ready, tell = os.pipe()
    server = os.fork()
    if not server:
        try:
            serve(count, lambda port: os.write(tell, port.to_bytes(2, "big")))
        finally:
            os._exit(1)
    try:
        os.close(tell)
        port = int.from_bytes(os.read(ready, 2), "big")
        before = memory(server)
        clients = []
        for _ in range(count):
            clients.append(socket.create_connection(("127.0.0.1", port), 5))
            clients[-1].sendall(b"?")
            clients[-1].recv(1)  # the answer says that there is somebody for it now
        children = pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()
        after = memory(server) + sum(map(memory, children))
        return len(os.listdir(f"/proc/{server}/task")), len(children), (after - before) / count
    finally:
        os.kill(server, signal.SIGKILL)  # its children see their clients go, and end
        os.waitpid(server, 0)


def memory(pid):
    """Its share in KiB: a page that n processes share counts as 1/n for each."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def framework(kind):
    def serve(count, tell):
        with kind(("127.0.0.1", 0), Plain, bind_and_activate=False) as server:
            server.request_queue_size, server.max_children = 128, count
            server.server_bind()
            server.server_activate()
            tell(server.server_address[1])
            server.serve_forever()
    return serve


def one_loop(_, tell):
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, select.epoll() as epoll:
        epoll.register(listener, select.EPOLLIN)
        clients = {}
        tell(listener.getsockname()[1])
        while True:
            for fd, _ in epoll.poll():
                if fd == listener.fileno():
                    conn = listener.accept()[0]
                    clients[conn.fileno()] = conn
                    epoll.register(conn, select.EPOLLIN)
                elif data := clients[fd].recv(65536):
                    clients[fd].sendall(data)  # one byte: it fits
                else:
                    epoll.unregister(fd)
                    clients.pop(fd).close()


# ---- what every lesson needs

def listen(family, where):
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if family == socket.AF_UNIX:
            remove_stale(where)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
        listener.setblocking(False)
        return listener
    except OSError as error:
        cannot_listen(where, error)


def remove_stale(where):
    """A killed server leaves its path behind. A datagram probe is refused if nobody is there any more, and a living
    stream server never notices it. A plain file is left alone: bind() refuses it."""
    if pathlib.Path(where).is_socket():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
            if probe.connect_ex(where) == errno.ECONNREFUSED:
                os.unlink(where)


def cannot_listen(where, error):
    sys.exit(f"lesson6: cannot listen on {show(where)}: {error.strerror or error}"
             " (another server is running? try --addr 127.0.0.1:0)")


def leave(listener, family, where):
    if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
        pathlib.Path(where).unlink(missing_ok=True)
    listener.close()


def wait(readers, timeout=None, writer=None):
    """Those of them that can be read from now, or written to. Sleeps until there is one, or the time is over."""
    poll = select.poll()  # select() would refuse descriptors above 1023
    for reader in readers:
        poll.register(reader, select.POLLIN)
    if writer:
        poll.register(writer, select.POLLOUT)
    ready = {fd for fd, _ in poll.poll(None if timeout is None else max(0, timeout * 1000))}
    things = [*readers, writer] if writer else readers
    return [thing for thing in things if (thing if isinstance(thing, int) else thing.fileno()) in ready]


def receive(conn, stop, timeout, size=CHUNK):
    """recv() that gives b"" also for a client who says nothing for too long, and when it is time to stop."""
    return conn.recv(size) if wait([conn, stop], timeout) == [conn] else b""


def send_all(conn, data, stop, timeout):
    """sendall() for a peer who may never read: it ends at the timeout, and half a second after a stop signal."""
    watch, deadline = [stop], time.monotonic() + timeout
    while data:
        ready = wait(watch, deadline - time.monotonic(), conn)
        if stop in ready:
            watch, deadline = [], time.monotonic() + 0.5
        if conn in ready:
            data = data[conn.send(data):]
        elif not ready:
            raise TimeoutError


def hang_up(conn, stop):
    """Say that nothing follows, then take what is still coming: a close() over unread input turns into a reset, which
    can destroy our last words. Neither a flood nor a sleeper may hold us longer than a second."""
    conn.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + 1
    while (left := deadline - time.monotonic()) > 0:
        if wait([conn, stop], left) != [conn] or not conn.recv(16384):
            break


def stop_pipe():
    """A descriptor that SIGINT and SIGTERM make readable. Nobody reads it, so from then on every wait sees it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader, writer


def say(line, *stop):
    """Print a line now. A reader who has gone is no error; one who does not read cannot keep us from stopping."""
    data = (line + "\n").encode() if sys.stdout else b""  # UTF-8 whatever the locale; nothing if stdout is closed
    try:
        while data:
            if not select.select(stop, [1], [])[1] and not select.select([], [1], [], 0.1)[1]:
                return  # time to stop, and still nobody reads
            data = data[os.write(1, data[:select.PIPE_BUF]):]
    except BrokenPipeError:
        if threading.current_thread() is threading.main_thread():
            sys.exit(0)
        signal.raise_signal(signal.SIGTERM)  # a client's thread cannot end the program: ask it to stop
    except OSError as error:
        sys.exit(f"lesson6: cannot print: {error.strerror}")


def complain(line):
    """Say what went wrong with one client or file, but never wait for somebody to read it."""
    with contextlib.suppress(OSError):
        if sys.stderr and select.select([], [2], [], 0)[1]:
            os.write(2, f"lesson6: {line}\n".encode())


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


def whole(least, most):
    def number(text):
        if not least <= int(text) <= most:
            raise ValueError("out of range")
        return int(text)
    return number


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a client without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="server|simplified|upload-server|upload|idle")
    for part, port, patience in ((server, 8009, 60), (simplified, 8002, 60), (upload_server, 9999, 30),
                                 (upload, 9999, 30)):
        options = parts.add_parser(part.__name__.replace("_", "-"))
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default=f"127.0.0.1:{port}",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        options.add_argument("--timeout", type=seconds, default=patience, metavar="SECS",
                             help="how long the other side may be silent (default %(default)s)")
        if part is server:
            options.add_argument("--dispatch", choices=MAX_CLIENTS, default="threading",
                                 help="who serves a client (default %(default)s)")
            options.add_argument("--handler", choices=("ivr", "echo"), default="ivr",
                                 help="what is done with one (default %(default)s)")
            options.add_argument("--max", type=whole(1, 10000), metavar="N",
                                 help="clients at once (default: threading 512, forking 40, pooled 8)")
        if part in (upload_server, upload):
            options.add_argument("--framing", choices=("line", "ack"), default="line",
                                 help="ack: the documents' way, to see it fail (default %(default)s)")
        if part is upload_server:
            options.add_argument("--dir", required=True, metavar="D", help="where the files go")
            options.add_argument("--max-size", type=whole(0, 10**20), default=2 << 30, metavar="N",
                                 help="the largest file in bytes (default 2 GiB)")
        if part is upload:
            options.add_argument("files", type=os.fsencode, nargs="+", metavar="FILE")
    options = parts.add_parser("idle")
    options.set_defaults(part=idle)
    options.add_argument("--clients", type=whole(1, 500), default=100, metavar="N", help="how many (default 100)")
    args = parser.parse_args()
    try:
        args.part(args)
    except (OSError, RuntimeError) as error:  # no pipe, no thread
        sys.exit(f"lesson6: {getattr(error, 'strerror', None) or error}")


if __name__ == "__main__":
    main()
