#!/usr/bin/env python3
"""Lesson 2 in Python 3: a web server from bare sockets.

The document's fifteen lines, corrected (part `server`) and as they are (part `tutorial`). What they get wrong:
  - one recv(1024) is not one request: it may come in pieces, or be longer. What was not read when the server
    closes turns into a reset, so a client whose request is over 1024 bytes can lose the reply.
  - the request is never looked at: every path, method and kind of rubbish is answered 200 OK.
  - no Content-Length (how long is the body?) and no charset (which is why a Chinese page looks garbled;
    the cure is this header, not a setting of the browser).
  - send() may take less than it was given, and one slow or silent client keeps all others waiting.

Run it:   python3 lessons/lesson2/original.py server          then open http://127.0.0.1:8080/zh in a browser, or
          python3 lessons/lesson2/original.py get http://127.0.0.1:8080/zh
          python3 lessons/lesson2/original.py tutorial        the wrong server at the same door
"""
import argparse
import errno
import http
import os
import pathlib
import re
import select
import signal
import socket
import sys
import threading
import time
import urllib.parse

PAGES = {b"/": b"Hello, World", b"/zh": "你好,世界".encode()}
MAX_HEAD = 8192
MAX_HEADERS = 100
MAX_BODY = 1 << 20
MAX_CLIENTS = 256  # threads at once; more clients wait in the kernel's queue
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

EMPTY_LINES = re.compile(rb"(?:\r?\n)*")
END_OF_HEAD = re.compile(rb"\n\r?\n")
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
REQUEST_LINE = re.compile(rb"(" + TOKEN.pattern + rb") ([^\x00-\x20\x7f]+) HTTP/([0-9]\.[0-9])")
DIGITS = re.compile(rb"[0-9]+")
ABSOLUTE = re.compile(rb"(?i)^https?://[^/?]+")  # how proxies are asked: http://host/path
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


class Refused(Exception):
    """This request gets an error status, and then the connection ends: where the next one begins is unknown."""


class Gone(Exception):
    """Nobody waits for an answer: the client has left or is idle, or it is time to stop."""


def server(args):
    run(args, lambda conn, stop: Connection(conn, stop, args.timeout).serve(), MAX_CLIENTS)


class Connection:
    def __init__(self, conn, stop, timeout):
        self.conn, self.stop, self.timeout = conn, stop, timeout
        self.buffer = b""  # what has come and is not used yet: at most a head and one recv()
        self.first = True  # is this the connection's first request?
        if conn.family != socket.AF_UNIX:
            # Each reply leaves at once, even while the one before it is not acknowledged yet (pipelining).
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self):
        keep = True
        try:
            while keep:
                keep = self.answer_one()
                self.first = False
        except Refused as refusal:
            send_all(self.conn, reply(refusal.args[0], b"", keep=False), self.stop, self.timeout)
        except Gone:
            pass
        finish(self.conn, self.stop)

    def answer_one(self):
        method, path, length, keep, expects, old = parse(self.read_head())
        if expects and length:  # the client holds its body back until it is asked for it
            send_all(self.conn, b"HTTP/1.1 100 Continue\r\n\r\n", self.stop, self.timeout)
        self.skip_body(length)
        if select.select([self.stop], [], [], 0)[0]:
            keep = False  # the request in hand is answered, and the client is told that it was the last
        status, body = 200, PAGES.get(path)
        if body is None:
            status, body = 404, b"there is / and /zh\n"
        elif method not in (b"GET", b"HEAD"):
            status, body = 405, b"this can only be read\n"
        send_all(self.conn, reply(status, body, keep, method, old), self.stop, self.timeout)
        return keep

    def read_head(self):
        self.idle, self.deadline = True, time.monotonic() + self.timeout  # idle: no byte of this request yet
        while True:
            start = EMPTY_LINES.match(self.buffer).end()
            if self.idle and start < len(self.buffer):
                self.idle = False
                if not self.first:  # between two requests a client may think; the clock starts with the first byte
                    self.deadline = time.monotonic() + self.timeout
            line, newline, _ = self.buffer[start:].partition(b"\n")
            if newline and not REQUEST_LINE.fullmatch(line.removesuffix(b"\r")):
                raise Refused(400)  # no HTTP: its empty line may never come
            end = END_OF_HEAD.search(self.buffer, start)
            if end and end.end() - start <= MAX_HEAD:
                head, self.buffer = self.buffer[start:end.end()], self.buffer[end.end():]
                return head
            if end or len(self.buffer) >= MAX_HEAD:
                raise Refused(431)
            self.buffer += self.receive()

    def skip_body(self, length):
        length, self.buffer = length - len(self.buffer), self.buffer[length:]
        while length > 0:
            length -= len(self.receive(min(length, 16384)))  # not a byte more: the next request follows

    def receive(self, most=16384):
        left = self.deadline - time.monotonic()
        ready = select.select([self.conn, self.stop], [], [], left)[0] if left > 0 else ()
        if self.conn in ready:
            data = self.conn.recv(most)
            if data:
                return data
            raise Gone
        if self.stop in ready or (self.idle and not self.first):
            raise Gone
        raise Refused(408)


def parse(head):
    """Method, path, body length, whether to keep the connection, whether `100 Continue` is awaited."""
    lines = [line.removesuffix(b"\r") for line in head.split(b"\n")][:-2]
    method, target, version = REQUEST_LINE.fullmatch(lines[0]).groups()  # read_head() has looked at it
    if version not in (b"1.0", b"1.1"):
        raise Refused(505)
    if len(lines) - 1 > MAX_HEADERS:
        raise Refused(431)
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name) or CONTROL.search(value):
            raise Refused(400)
        headers.setdefault(name.lower(), []).append(value.strip(b" \t"))

    hosts = len(headers.get(b"host", ()))
    if hosts > 1 or (hosts == 0 and version == b"1.1"):
        raise Refused(400)
    # Two servers in a row that disagree about where a body ends can be tricked into seeing different requests.
    # So whatever leaves any doubt about the length is refused.
    lengths = set(headers.get(b"content-length", ()))
    coded = b"transfer-encoding" in headers
    if len(lengths) > 1 or (lengths and coded) or not all(map(DIGITS.fullmatch, lengths)):
        raise Refused(400)
    if coded:
        raise Refused(411)
    length = int(lengths.pop().lstrip(b"0")[:8] or b"0") if lengths else 0  # eight digits are enough to be too long
    if length > MAX_BODY:
        raise Refused(413)

    path = ABSOLUTE.sub(b"", target).partition(b"?")[0]
    options = items(headers, b"connection")
    keep = b"close" not in options and (version == b"1.1" or b"keep-alive" in options)
    expects = version == b"1.1" and b"100-continue" in items(headers, b"expect")
    return method, path or b"/", length, keep, expects, version == b"1.0"


def items(headers, name):
    return [item.strip(b" \t").lower() for value in headers.get(name, ()) for item in value.split(b",")]


def reply(status, body, keep, method=b"", old=False):
    lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}",
             "Content-Type: text/plain; charset=utf-8",
             f"Content-Length: {len(body)}"]  # in bytes, not in characters
    if status == 405:
        lines.append("Allow: GET, HEAD")
    if not keep:
        lines.append("Connection: close")
    elif old:  # since HTTP/1.1 a connection is kept unless somebody says otherwise
        lines.append("Connection: keep-alive")
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode() + (b"" if method == b"HEAD" else body)


def tutorial(args):
    def handle_request(conn, stop):
        if conn in select.select([conn, stop], [], [])[0]:  # (the document's could not be stopped)
            conn.recv(1024)
            send_all(conn, b"HTTP/1.1 200 OK\r\n\r\n", stop, 10)
            send_all(conn, args.text, stop, 10)

    run(args, handle_request, 1)


def run(args, handle, most):
    """Accept clients until a stop signal; a thread runs `handle` for each, `most` of them at a time."""
    stop = stop_pipe()
    family, where = args.addr
    listener = listen(family, where)
    closed, tell = os.pipe()  # one byte for each connection that has ended: a count that select() can wait for

    def work(conn):
        try:
            with conn:
                handle(conn, stop)
        except OSError:
            pass  # a client who resets the connection or never reads costs its own connection, nothing else
        finally:
            os.write(tell, b".")  # after the close: then a descriptor is free

    count = active = 0
    room = True  # false while the process has no descriptor left for another client
    try:
        say(f"listening on {show(listener.getsockname())}")
        while True:
            doors = [listener] if room and active < most else []
            # Without room only the end of a connection helps. If none of them is ours, all we can do is look again.
            ready = select.select([stop, closed, *doors], [], [], None if room or active else 1)[0]
            if stop in ready:
                break
            if closed in ready:
                active -= len(os.read(closed, 4096))
            if not doors:
                room = True
            elif listener in ready:
                try:
                    conn, _ = listener.accept()
                except OSError as error:
                    room = error.errno not in NO_ROOM  # such a client stays in the queue: do not spin on it
                    continue
                count += 1
                conn.setblocking(False)  # select() does all the waiting, because only it can watch the stop signal
                try:
                    threading.Thread(target=work, args=(conn,), daemon=True).start()
                    active += 1
                except RuntimeError:
                    conn.close()  # the system has no thread left
    finally:
        if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
            pathlib.Path(where).unlink(missing_ok=True)
        listener.close()
    deadline = time.monotonic() + 0.8  # the threads have seen the signal, too, and finish the reply in hand
    while active and select.select([closed], [], [], max(0, deadline - time.monotonic()))[0]:
        active -= len(os.read(closed, 4096))
    say(f"stopped after {count} connections")


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


def finish(conn, stop):
    """Say that nothing follows, then take what is still coming: a close() over unread input turns into a reset, which
    can destroy the reply. Neither a flood nor a sleeper may hold us longer than a second."""
    conn.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + 1
    while (left := deadline - time.monotonic()) > 0:
        if select.select([conn, stop], [], [], left)[0] != [conn] or not conn.recv(16384):
            break


def get(args):
    host, port, target = args.url
    request = f"GET {target} HTTP/1.0\r\nHost: {show((host, port))}\r\n\r\n"  # 1.0: the end of the stream ends it
    data, problem = b"", None
    try:
        with socket.create_connection((host, port), timeout=args.timeout) as conn:
            conn.sendall(request.encode())
            while len(data) <= MAX_BODY and (chunk := conn.recv(16384)):
                data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length:[ \t]*([0-9]{1,9})\r?$", head)
        too_short = length and len(body) < int(length[1])
        if not data.startswith(b"HTTP/") or len(data) > MAX_BODY or too_short:
            problem = "it is empty, cut short, longer than 1 MiB, or no HTTP"
    except OSError as error:
        problem = error.strerror or error
    if data:  # whatever came is shown, even when a reset followed
        lines = data.removesuffix(b"\n").split(b"\n")
        say("\n".join(escape(line.removesuffix(b"\r")) for line in lines))
    if problem:
        hint = "" if data else " (is the server running there?)"
        sys.exit(f"lesson2: no whole answer from {show((host, port))}: {problem}{hint}")


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
        listener.listen(128)  # the document's 5 is too few for a browser and its friends
        listener.setblocking(False)  # the client that woke us may be gone before accept()
        return listener
    except OSError as error:
        sys.exit(f"lesson2: cannot listen on {show(where)}: {error.strerror or error}"
                 " (another server is running? try --addr 127.0.0.1:0)")


def stop_pipe():
    """A descriptor that SIGINT and SIGTERM make readable. Nobody reads it, so from then on every select() sees it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader


def say(line):
    """Print now, in UTF-8 whatever the locale is. That the reader of our output has gone is no error."""
    data = (line + "\n").encode() if sys.stdout else b""
    try:
        while data:
            data = data[os.write(1, data):]
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        sys.exit(f"lesson2: cannot print: {error.strerror}")


def escape(data):
    return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace").translate(CONTROLS)


def show(where):
    if isinstance(where, tuple):
        host, port = where[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return "unix:" + escape(os.fsencode(where))


def address(text):
    if text.startswith("unix:") and text != "unix:":
        return socket.AF_UNIX, text[5:]
    parts = urllib.parse.urlsplit("//" + text)  # knows HOST:PORT and the brackets of [::1]:PORT
    if parts.netloc != text or not parts.hostname or not parts.hostname.encode("idna") or parts.port is None:
        raise ValueError("not HOST:PORT")
    return socket.AF_INET6 if text.startswith("[") else socket.AF_INET, (parts.hostname, parts.port)


def url(text):
    parts = urllib.parse.urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or not parts.hostname.encode("idna"):
        raise ValueError("only http:// is spoken here")
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    # A space or a newline in the target would end the request line early; 中 must become %E4%B8%AD.
    return parts.hostname, parts.port or 80, urllib.parse.quote(target, safe="%/?:@!$&'()*+,;=~[]")


def seconds(text):
    if not 0 < float(text) <= 86400:  # also refuses nan, which is not less than anything
        raise ValueError("not a sensible time")
    return float(text)


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a client without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="server|tutorial|get")
    for part in (server, tutorial):
        options = parts.add_parser(part.__name__)
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default="127.0.0.1:8080",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        if part is server:
            options.add_argument("--timeout", type=seconds, default=10, metavar="SECS",
                                 help="wait so long for a whole request (default 10)")
        else:
            # fsencode gives back the very bytes that were typed, whatever the locale
            options.add_argument("--text", type=os.fsencode, default=b"Hello, World", help="the body of every reply")
    options = parts.add_parser("get")
    options.set_defaults(part=get)
    options.add_argument("url", type=url)
    options.add_argument("--timeout", type=seconds, default=5, metavar="SECS", help="patience (default 5)")
    args = parser.parse_args()
    try:
        args.part(args)
    except OSError as error:  # not even the pipes could be made
        sys.exit(f"lesson2: {error.strerror or error}")


if __name__ == "__main__":
    main()
