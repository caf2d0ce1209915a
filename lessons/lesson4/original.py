#!/usr/bin/env python3
"""Lesson 4 in Python 3: the telephone robot (IVR), one caller at a time.

The document's example, corrected. What its version got wrong:
  - the client dialled port 8005, the server listens on 8888.
  - one recv() was taken for one message: "0" and "exit" sent quickly arrive as "0exit" and mean nothing.
  - the end (recv gives b"") was answered like a message: for ever if the caller listened; if not, the server died.
  - pressing Enter sent no byte at all, so both sides waited. The client sends the newline now.
  - in Python 3 b"exit" == "exit" is False: a word-for-word port never hangs up.
  - a caller who says nothing kept the only line busy for ever; a flood without a newline is dropped as it comes.

That a second caller waits until the first one has hung up is no mistake: it is what lesson 5 is about.

Run it:   python3 lessons/lesson4/original.py server          (in one terminal; nc and telnet can call it, too)
          python3 lessons/lesson4/original.py client          (in another: type 0, anything, exit)
"""
import argparse
import errno
import os
import pathlib
import select
import signal
import socket
import sys
import time
import urllib.parse

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务.".encode()
OPERATOR = "通过可能会被录音.balabala一大推".encode()
TRY_AGAIN = "请重新输入.".encode()
MAX_MESSAGE = 1024
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


class Messages:
    """Cuts what one caller sends into messages, the same ones however the network cut it into chunks.

    Until the first newline each chunk is a message, as in the document (a program that sends "0" and waits).
    From then on a message is a line. Never keeps more than one message of MAX_MESSAGE bytes.
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


def server(args):
    stop = stop_pipe()
    family, where = args.addr
    listener = listen(family, where)
    count = 0
    try:
        say(f"listening on {show(listener.getsockname())}", stop)
        while True:
            ready, _, _ = select.select([listener, stop], [], [])
            if stop in ready:
                break
            try:
                conn, _ = listener.accept()
            except OSError as error:
                # Out of descriptors the caller stays in the queue, so trying again at once would spin. One caller at
                # a time means that nothing of ours will close: only others can free one, so look again in a second.
                if error.errno in NO_ROOM:
                    select.select([stop], [], [], 1)
                continue
            count += 1
            with conn:
                try:
                    talk(conn, stop, args.timeout)
                    hang_up(conn, stop)
                except OSError:
                    pass  # a caller who resets the line or never listens costs this call, nothing else
    finally:
        if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
            pathlib.Path(where).unlink(missing_ok=True)
        listener.close()
    say(f"stopped after {count} connections", stop)


def talk(conn, stop, timeout):
    conn.setblocking(False)  # select() does all the waiting, because only it can watch the stop signal as well
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


def client(args):
    family, where = args.addr
    lines = sys.stdin.buffer if sys.stdin else ()
    try:
        with socket.socket(family, socket.SOCK_STREAM) as conn:
            conn.settimeout(5)
            conn.connect(where)
            hear(conn)
            prompt()
            for line in lines:
                line = line.rstrip(b"\r\n")
                conn.sendall(line + b"\n")  # the newline makes an empty line a message, too
                if line == b"exit":
                    return
                hear(conn)
                prompt()
    except OSError as error:
        why = "the line is silent" if isinstance(error, socket.timeout) else error.strerror or error
        sys.exit(f"lesson4: call to {show(where)} failed: {why} (is the server running there, with no other caller?)")


def hear(conn):
    reply = conn.recv(4096)
    if not reply:
        raise ConnectionError("the other side has hung up")
    say(f"receive: {escape(reply)}")


def prompt():
    if os.isatty(0):
        print("please input: ", end="", file=sys.stderr, flush=True)


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
        listener.listen(5)
        listener.setblocking(False)  # the caller who woke us may be gone before accept()
        return listener
    except OSError as error:
        sys.exit(f"lesson4: cannot listen on {show(where)}: {error.strerror or error}"
                 " (another server is running? try --addr 127.0.0.1:0)")


def stop_pipe():
    """A descriptor that SIGINT and SIGTERM make readable. Nobody reads it, so from then on every select() sees it."""
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
            if not select.select(stop, [1], [])[1] and not select.select([], [1], [], 0.3)[1]:
                return  # time to stop, and still nobody reads
            data = data[os.write(1, data[:select.PIPE_BUF]):]
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        sys.exit(f"lesson4: cannot print: {error.strerror}")


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


def seconds(text):
    if not 0 < float(text) <= 86400:  # also refuses nan, which is not less than anything
        raise ValueError("not a sensible time")
    return float(text)


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a client without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="server|client")
    for part in (server, client):
        options = parts.add_parser(part.__name__)
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default="127.0.0.1:8888",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        if part is server:
            options.add_argument("--timeout", type=seconds, default=60, metavar="SECS",
                                 help="hang up on a caller who is silent this long (default 60)")
    args = parser.parse_args()
    args.part(args)


if __name__ == "__main__":
    main()
