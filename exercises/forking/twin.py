"""forking in Python 3: the child is a copy of its parent, variables and descriptors included."""

import os
import signal
import socket
import sys

counter = int(sys.argv[sys.argv.index("--counter") + 1]) if "--counter" in sys.argv else 0
addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8009"
host, port = addr.rsplit(":", 1)


def collect(*_):
    """Several children may have ended by the time of one signal."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        os.write(1, f"{pid} ended, counter {counter}\n".encode())


def child(client):
    global counter
    for _ in client.makefile():
        counter += 1  # of this process
        client.sendall(f"{os.getpid()} {counter}\n".encode())


signal.signal(signal.SIGCHLD, collect)
with socket.create_server((host, int(port)), backlog=64) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            continue
        with client:
            if os.fork() == 0:
                try:
                    server.close()
                    child(client)
                finally:
                    os._exit(0)
