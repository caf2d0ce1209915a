"""files in Python 3."""

import os
import shutil
import socket
import sys
from urllib.parse import unquote_to_bytes

TYPES = {".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".png": "image/png"}
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def argument(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def find(folder, target):
    name = os.fsdecode(unquote_to_bytes(target)).removeprefix("/")
    if "\0" in name:
        return None
    path = os.path.realpath(os.path.join(folder, name))
    return path if os.path.commonpath([folder, path]) == folder and os.path.isfile(path) else None


def serve(client, folder):
    with client, client.makefile("rb") as lines:
        request = lines.readline()
        while lines.readline().strip():
            pass
        path = find(folder, request.split(b" ")[1])
        if path is None:
            client.sendall(NOT_FOUND)
            return
        with open(path, "rb") as file, client.makefile("wb") as out:
            kind = TYPES.get(os.path.splitext(path)[1], "application/octet-stream")
            out.write(HEAD.format(kind, os.fstat(file.fileno()).st_size).encode())
            shutil.copyfileobj(file, out)


site = os.path.realpath(argument("--dir", "."))
host, port = argument("--addr", "127.0.0.1:8080").rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            serve(server.accept()[0], site)
        except (OSError, IndexError):
            pass  # it has left, or has sent nonsense: the next one, please
