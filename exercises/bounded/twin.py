"""bounded in Python 3."""

import queue
import socket
import sys
import threading

limit = int(sys.argv[sys.argv.index("--limit") + 1]) if "--limit" in sys.argv else 4
addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8009"
host, port = addr.rsplit(":", 1)
places = threading.BoundedSemaphore(limit)


def try_submit(job):
    """Runs job in a thread of its own; says whether there was a place."""
    if not places.acquire(blocking=False):
        return False

    def run():
        try:
            job()
        finally:
            places.release()

    threading.Thread(target=run, daemon=True).start()
    return True


def capitals(word):
    result = queue.Queue()
    job = lambda: result.put(word.upper())
    if not try_submit(job):
        job()  # we have a place; to wait for another one could be for ever
    return result.get()


def serve(client):
    with client:
        try:
            client.sendall(b"ready\n")
            for line in client.makefile("rb"):
                if line == b"panic\n":
                    raise RuntimeError("the client has asked for it")
                nested = line.startswith(b"nested ")
                client.sendall(capitals(line.removeprefix(b"nested ")) if nested else line)
        except OSError:
            pass  # it has left


with socket.create_server((host, int(port)), backlog=64) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            client, _ = server.accept()
            if not try_submit(lambda client=client: serve(client)):
                with client:
                    client.sendall(b"busy\n")
        except OSError:
            pass
