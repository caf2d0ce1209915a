"""hostile-names in Python 3."""

import os
import socket
import sys
import unicodedata


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def is_valid(name):
    control = any(unicodedata.category(character) == "Cc" for character in name)
    return 1 <= len(name.encode()) <= 255 and name not in (".", "..") and "/" not in name and not control


def serve(client, folder):
    stream = client.makefile("rb")
    while header := stream.readline(8192):
        name, size = header.decode().removesuffix("\n").rsplit("|", 1)
        if not is_valid(name):
            client.sendall(b"error: a name is 1 to 255 bytes without slashes\n")
            continue
        client.sendall(b"ready\n")
        left = int(size)
        with open(os.path.join(folder, name), "wb") as file:
            while left:
                piece = stream.read(min(left, 65536))
                if not piece:
                    raise EOFError("the client has gone in the middle of its file")
                file.write(piece)
                left -= len(piece)
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
            print(f"hostile-names: {error}", file=sys.stderr)
