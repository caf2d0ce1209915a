# suite: lesson6.upload
# caught by: refused
# says: should have ended with exit code 1
# Prints the server's reason, and ends as if all were well.
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
    expect(answers, "ok " + hashlib.sha256(content).hexdigest())
    print(f"{name}: ok", flush=True)


def expect(answers, wanted):
    answer = answers.readline().rstrip("\n")
    if not answer.startswith(wanted):
        print("upload:", answer or "the server has hung up", file=sys.stderr)
        sys.exit()  # wrong: a script sees success


try:
    with socket.create_connection((host, int(port)), timeout=5) as conn, conn.makefile("r") as answers:
        for path in paths:
            send(conn, answers, path)
except OSError as error:
    sys.exit(f"upload: {error}")
