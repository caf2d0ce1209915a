"""keepalive in Python 3."""

import socket
import sys


def serve(client):
    # A file object keeps what it has read and nobody has taken yet.
    with client, client.makefile("rb") as lines:
        head = b""
        while line := lines.readline():
            head += line
            if line == b"\r\n":
                body = b"you asked for " + head.split(b" ")[1] + b"\n"
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                head = b""


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8080"
host, port = addr.rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            serve(server.accept()[0])
        except (OSError, IndexError):
            pass  # it has left, or has sent nonsense: the next one, please
