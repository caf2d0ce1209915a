"""hello in Python 3."""

import socket
import sys

BODY = "你好,世界\n".encode()
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


def serve(client):
    with client, client.makefile("rb") as lines:
        while (line := lines.readline()) != b"\r\n":
            if not line:
                return  # it has left in the middle of its request
        client.sendall(REPLY % (len(BODY), BODY))
        client.shutdown(socket.SHUT_WR)
        client.settimeout(1)
        while client.recv(65536):
            pass


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8080"
host, port = addr.rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            serve(server.accept()[0])
        except OSError:
            pass  # it has left: the next one, please
