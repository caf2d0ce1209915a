"""patience in Python 3."""

import socket
import sys
import threading


def argument(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def greet(client, timeout):
    try:
        with client:
            client.settimeout(timeout)
            line = client.makefile("rb").readline()
            client.sendall(b"hello " + line.rstrip(b"\r\n") + b"\n")
    except OSError:
        pass  # silent for too long, or gone


host, port = argument("--addr", "127.0.0.1:9999").rsplit(":", 1)
limit = float(argument("--timeout", "5"))
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            accepted, _ = server.accept()
            threading.Thread(target=greet, args=(accepted, limit), daemon=True).start()
        except OSError:
            pass
