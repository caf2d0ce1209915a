"""big-file in Python 3."""

import os
import socket
import sys


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def upload(address, path):
    size = os.path.getsize(path)
    with open(path, "rb") as file, socket.create_connection(address) as server:
        answers = server.makefile()
        server.sendall(f"{os.path.basename(path)}|{size}\n".encode())
        answer = answers.readline(100)
        if not (answer.startswith("ready ") and answer.endswith("\n")):
            sys.exit(f"big-file: the server answers {answer!r}")
        offset = int(answer.removeprefix("ready "))
        sent = server.sendfile(file, offset) if offset < size else 0
        if answers.readline(100) != f"ok {size}\n":
            sys.exit("big-file: the server has not confirmed the file")
        print(f"sent {sent} bytes from {offset}")


try:
    host, port = option("--addr").rsplit(":", 1)
    upload((host, int(port)), option("--file"))
except OSError as error:
    sys.exit(f"big-file: {error}")
