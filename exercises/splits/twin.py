"""splits in Python 3."""

import socket
import sys


def call(caller):
    for line in caller.makefile("rb"):
        if not line.endswith(b"\n"):
            return  # the caller has hung up in the middle of a message
        message = line[:-1].removesuffix(b"\r").decode()
        if message == "exit":
            return
        answer = "通过可能会被录音.balabala一大推" if message == "0" else f"请重新输入: {message}"
        caller.sendall(f"{answer}\n".encode())


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8888"
host, port = addr.rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            caller, _ = server.accept()
            with caller:
                call(caller)
        except (OSError, ValueError):
            pass  # the caller has hung up, or speaks no UTF-8: the next one, please
