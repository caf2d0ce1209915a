#!/usr/bin/env python3
"""Lesson 3 in Python 3: datagrams (UDP).

The document's example, corrected. What its version got wrong:
  - recv() throws the sender's address away, so the server could not have answered anybody.
  - recv(1024) keeps 1024 bytes of a longer datagram and loses the rest without a word.
  - b"" is taken for the end, as with a stream. Here it is a datagram without bytes, a message like any other.
  - the client took sending for arriving: sendto() succeeds even if nobody listens. Only a reply shows that somebody
    does, so with --echo the client waits for one, but not for ever.
  - close() stood after an endless loop and never ran; there was no way to stop the server but killing it.

Datagrams may be lost, doubled or reordered: nothing here repairs that, as nothing in UDP does.

Run it:   python3 lessons/lesson3/original.py server --echo   (in one terminal)
          python3 lessons/lesson3/original.py client --echo   (in another: type lines, then exit)
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

# Control characters of a peer could move the cursor or fake a second line of output: show them by name.
CONTROLS = {code: "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) for code in [*range(32), *range(127, 160)]}
CONTROLS.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


def server(args):
    stop = stop_pipe()
    family, where = args.addr
    sock = bind(family, where)
    buffer = bytearray(args.buffer)  # made once: the largest datagram that is kept whole
    count = 0
    try:
        say(f"listening on {show(sock.getsockname())}", stop)
        while True:
            ready, _, _ = select.select([sock, stop], [], [])
            if stop in ready:
                break
            try:
                # With MSG_TRUNC Linux returns the datagram's true size, even when it is more than was kept.
                size, peer = sock.recvfrom_into(buffer, 0, socket.MSG_TRUNC)
            except OSError:
                continue  # it was damaged on the way and dropped between select() and here
            count += 1
            kept = bytes(buffer[:size])
            if args.echo and peer:  # a unix client without a name cannot be answered
                try:
                    sock.sendto(kept, peer)
                except OSError:
                    pass  # it has gone, or its queue is full: a datagram may be lost, the server may not
            cut = f", truncated to {len(kept)}" if size > len(kept) else ""
            say(f"from {show(peer)} ({size} bytes{cut}): {escape(kept)}", stop)
    finally:
        if family == socket.AF_UNIX:  # before close(): while we still listen, nobody else takes the path over
            pathlib.Path(where).unlink(missing_ok=True)
        sock.close()
    say(f"stopped after {count} datagrams", stop)


def client(args):
    family, where = args.addr
    lines = sys.stdin.buffer if sys.stdin else ()
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            if family == socket.AF_UNIX:
                sock.bind("")  # Linux picks a name: without one nobody could answer us
            sock.settimeout(args.timeout)
            prompt()
            for line in lines:
                line = line.rstrip(b"\r\n")
                if line == b"exit":
                    break
                sock.sendto(line, where)  # an empty line is an empty datagram
                if args.echo:
                    say(escape(reply(sock, where, args.timeout)))
                prompt()
    except socket.timeout:
        sys.exit(f"lesson3: no reply from {show(where)} (it may be lost: try again; has the server --echo?)")
    except OSError as error:
        hint = "65507 bytes are the most" if error.errno == errno.EMSGSIZE else "is the server running there?"
        sys.exit(f"lesson3: cannot send to {show(where)}: {error.strerror or error} ({hint})")


def reply(sock, server, timeout):
    """The next datagram from the server: this socket has a port, and anybody may send to that."""
    deadline = time.monotonic() + timeout
    while True:
        sock.settimeout(max(1e-3, deadline - time.monotonic()))
        data, peer = sock.recvfrom(65535)
        if sock.family == socket.AF_UNIX:
            return data  # a path has more than one spelling: whether it is the same one is not to be seen here
        wanted = socket.getaddrinfo(*server[:2], sock.family)[0][4][:2]
        if wanted in (peer[:2], ("0.0.0.0", peer[1]), ("::", peer[1])):  # these two are this machine
            return data


def prompt():
    if os.isatty(0):
        print("data: ", end="", file=sys.stderr, flush=True)


def bind(family, where):
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        # No SO_REUSEADDR: with UDP it would let a second server take this one's datagrams.
        if family == socket.AF_UNIX and pathlib.Path(where).is_socket():
            # A killed server leaves its path behind: connecting is refused if nobody is there any more.
            # A plain file is left alone: bind() refuses it.
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                if probe.connect_ex(where) == errno.ECONNREFUSED:
                    os.unlink(where)
        sock.bind(where)
        sock.setblocking(False)  # select() does all the waiting, because only it can watch the stop signal as well
        return sock
    except OSError as error:
        sys.exit(f"lesson3: cannot listen on {show(where)}: {error.strerror or error}"
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
        sys.exit(f"lesson3: cannot print: {error.strerror}")


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


def size(text):
    if not 0 < int(text) <= 1 << 20:
        raise ValueError("not a sensible buffer")
    return int(text)


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a client without a traceback
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="server|client")
    for part in (server, client):
        options = parts.add_parser(part.__name__)
        options.set_defaults(part=part)
        options.add_argument("--addr", type=address, default="127.0.0.1:9999",
                             help="HOST:PORT, [::1]:PORT or unix:/path (default %(default)s)")
        options.add_argument("--echo", action="store_true", help="send back what came / wait for what comes back")
        if part is server:
            options.add_argument("--buffer", type=size, default=65535, metavar="BYTES",
                                 help="keep so much of a datagram (default 65535; the document's is 1024)")
        else:
            options.add_argument("--timeout", type=seconds, default=2, metavar="SECS",
                                 help="wait so long for a reply (default 2)")
    args = parser.parse_args()
    args.part(args)


if __name__ == "__main__":
    main()
