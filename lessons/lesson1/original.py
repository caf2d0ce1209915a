#!/usr/bin/env python3
"""Lesson 1 in Python 3: one question, one answer over a stream socket.

The document's first program, corrected. What its version got wrong:
  - Python 2: a str was bytes. Here text becomes bytes (UTF-8) before it is sent.
  - recv() without a limit in time: one silent client kept all others waiting for ever.
  - close() while input is unread makes the kernel send a reset, which can destroy the reply.
  - a client that resets the connection ended the server with a traceback.
  - the port stayed blocked after a restart (SO_REUSEADDR is set before bind, not later).
  - there was no way to stop it but killing it.

Run it:   python3 lessons/lesson1/original.py server          (in one terminal)
          python3 lessons/lesson1/original.py client          (in another)
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

REPLY = "不要回答,不要回答,不要回答".encode()
MAX_REPLY = 1 << 20  # what a client is willing to keep: a peer must not be able to fill our memory
NO_ROOM = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


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
                conn, peer = listener.accept()
            except OSError as error:
                # Out of descriptors the client stays in the queue, so trying again at once would spin. One client at
                # a time means that nothing of ours will close: only others can free one, so look again in a second.
                if error.errno in NO_ROOM:
                    select.select([stop], [], [], 1)
                continue
            count += 1
            with conn:
                try:
                    serve(conn, peer, stop, args.timeout)
                except OSError:
                    pass  # a reset by the peer costs its own connection, nothing else
    finally:
        if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
            pathlib.Path(where).unlink(missing_ok=True)
        listener.close()
    say(f"stopped after {count} connections", stop)


def serve(conn, peer, stop, timeout):
    conn.setblocking(False)  # select() does all the waiting, because only it can watch the stop signal as well
    if conn not in select.select([conn, stop], [], [], timeout)[0]:
        return  # silent for too long, or time to stop
    request = conn.recv(1024)  # once, as in the document: up to 1024 bytes, b"" when the client has closed
    conn.sendall(REPLY)  # cannot block: these few bytes fit into the empty send buffer of a new connection
    # After the reply: if nobody reads what we print, say() ends the program.
    say(f"from {show(peer)} ({len(request)} bytes): {escape(request)}", stop)
    # The end in three steps. Say that nothing follows; take what is still coming, for a close() over unread input
    # turns into a reset; then close (our caller's `with`). Neither a flood nor a sleeper may hold us longer than 1 s.
    conn.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + 1
    while (left := deadline - time.monotonic()) > 0:
        if select.select([conn, stop], [], [], left)[0] != [conn] or not conn.recv(16384):
            break


def client(args):
    family, where = args.addr
    reply = b""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as conn:
            conn.settimeout(args.timeout)  # holds for connect, send and every recv
            conn.connect(where)
            conn.sendall(args.text)
            # One recv() may bring only a part of the reply; the end of the stream is what ends it.
            while len(reply) < MAX_REPLY and (chunk := conn.recv(4096)):
                reply += chunk
            if len(reply) >= MAX_REPLY:
                raise OSError("it talks without end")
            if not reply:
                raise OSError("it hung up without a word")
    except OSError as error:
        sys.exit(f"lesson1: no answer from {show(where)}: {error.strerror or error} (is the server running there?)")
    say(escape(reply))


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
        listener.listen(5)  # the queue; Linux lets one more in, and the rest wait: they are not refused
        listener.setblocking(False)  # the client that woke us may be gone before accept()
        return listener
    except OSError as error:
        sys.exit(f"lesson1: cannot listen on {show(where)}: {error.strerror or error}"
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
        sys.exit(f"lesson1: cannot print: {error.strerror}")


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


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a client without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="server|client")
    for part in (server, client):
        options = parts.add_parser(part.__name__)
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default="127.0.0.1:9999",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        options.add_argument("--timeout", type=seconds, default=5, metavar="SECS", help="patience (default 5)")
        if part is client:
            # fsencode gives back the very bytes that were typed, whatever the locale
            options.add_argument("--text", type=os.fsencode, default="请求占领地球".encode(), help="what to say")
    args = parser.parse_args()
    args.part(args)


if __name__ == "__main__":
    main()
