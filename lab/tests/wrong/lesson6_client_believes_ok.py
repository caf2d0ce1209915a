# suite: lesson6.upload
# caught by: wrong-digest
# says: the server's digest is another one
# Believes every ok.
import hashlib
import os
import socket
import sys

at = sys.argv.index("--addr")
host, port = sys.argv[at + 1].rsplit(":", 1)
paths = sys.argv[at + 2:]


def send(conn, answers, path):
    name = os.path.basename(path)
    with open(path, "rb") as file:
        content = file.read()
    conn.sendall(f"{name}|{len(content)}\n".encode())
    expect(answers, "ready")
    conn.sendall(content)
    expect(answers, "ok ")  # wrong: which digest?
    print(f"{name}: ok", flush=True)


def expect(answers, wanted):
    answer = answers.readline().rstrip("\n")
    if not answer.startswith(wanted):
        sys.exit(f"upload: {answer or 'the server has hung up'}")


try:
    with socket.create_connection((host, int(port)), timeout=5) as conn, conn.makefile("r") as answers:
        for path in paths:
            send(conn, answers, path)
except OSError as error:
    sys.exit(f"upload: {error}")
