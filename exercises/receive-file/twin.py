"""receive-file in Python 3."""

import os
import socket
import sys


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def serve(client, folder):
    stream = client.makefile("rb")  # one buffer for the whole connection
    while header := stream.readline(1024):
        name, size = header.decode().rstrip("\n").split("|")
        client.sendall(b"ready\n")
        left = int(size)
        with open(os.path.join(folder, name), "wb") as file:
            while left:
                piece = stream.read(min(left, 65536))
                if not piece:
                    raise EOFError(f"the client has gone in the middle of {name}")
                file.write(piece)
                left -= len(piece)
        client.sendall(f"ok {size}\n".encode())


host, port = option("--addr").rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        connection, _ = server.accept()
        try:
            with connection:
                serve(connection, option("--dir"))
        except (OSError, EOFError, ValueError) as error:
            print(f"receive-file: {error}", file=sys.stderr)
