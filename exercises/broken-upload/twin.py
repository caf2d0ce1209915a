"""broken-upload in Python 3."""

import contextlib
import os
import socket
import sys


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def receive(stream, left, path):
    with open(path, "wb") as file:
        while left:
            piece = stream.read(min(left, 65536))
            if not piece:
                raise EOFError("the client has gone in the middle of its file")
            file.write(piece)
            left -= len(piece)


def serve(client, folder):
    stream = client.makefile("rb")
    while header := stream.readline(1024):
        name, size = header.decode().rstrip("\n").split("|")
        client.sendall(b"ready\n")
        temporary = os.path.join(folder, ".upload")
        try:
            receive(stream, int(size), temporary)
            os.replace(temporary, os.path.join(folder, name))
        finally:  # when it is whole, it has another name by now
            with contextlib.suppress(FileNotFoundError):
                os.remove(temporary)
        client.sendall(f"ok {size}\n".encode())


host, port = option("--addr").rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            connection, _ = server.accept()
            with connection:
                serve(connection, option("--dir"))
        except (OSError, EOFError, ValueError) as error:
            print(f"broken-upload: {error}", file=sys.stderr)
