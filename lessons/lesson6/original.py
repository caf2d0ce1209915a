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
        """Say that nothing follows, then take what is still coming: a close() over unread input turns into a reset,
        which can destroy our last words. Neither a flood nor a sleeper may hold us longer than a second."""
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + 1
            while (left := deadline - time.monotonic()) > 0:
                if wait([request, self.stop], left) != [request] or not request.recv(16384):
                    break
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
        except RuntimeError:
            self.active -= 1  # the system has no thread left
            raise

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
    """A process for each client."""
    max_children = sys.maxsize  # we count ourselves: the framework's way of waiting takes any child, even others'

    def __init__(self, *args):
        super().__init__(*args)
        self.children = {}  # the reading end of a pipe -> the process that has the other end

    def process_request(self, request, client_address):
        known = set(self.children.values())
        # Nobody writes into this pipe. It ends when the child does, however that happens: poll() can wait for it.
        reader, writer = os.pipe()
        try:
            super().process_request(request, client_address)  # forks; the child does not come back from here
        except OSError:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        (self.children[reader],) = self.active_children - known
        self.active += 1

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

    def service_actions(self):
        pass

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
    bound = False
    try:
        try:
            framework.server_bind()
            bound = True
            framework.server_activate()
        except OSError as error:
            cannot_listen(where, error)
        say(f"listening on {show(framework.socket.getsockname())}", framework.stop)
        framework.serve_forever()
    finally:
        if bound and family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path
            pathlib.Path(where).unlink(missing_ok=True)
        framework.socket.close()
    framework.finish_all()
    say(f"stopped after {framework.count} connections", framework.stop)


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
        if family == socket.AF_UNIX:
            pathlib.Path(where).unlink(missing_ok=True)
        listener.close()
    deadline = time.monotonic() + 0.8
    while active and wait([closed], deadline - time.monotonic()):
        active -= len(os.read(closed, 4096))
    say(f"stopped after {count} connections", stop)
