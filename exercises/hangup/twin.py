"""hangup in Python 3."""

import socket
import sys

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务."
REPLIES = {b"0": "通过可能会被录音.balabala一大推"}


def talk(caller, lines):
    caller.sendall(GREETING.encode())
    for line in lines:
        message = line.removesuffix(b"\n").removesuffix(b"\r")
        if not line.endswith(b"\n") or message == b"exit":
            return
        caller.sendall(REPLIES.get(message, "请重新输入.").encode())


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8888"
host, port = addr.rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            caller, _ = server.accept()
            with caller, caller.makefile("rb") as lines:
                talk(caller, lines)
        except OSError:
            pass  # that caller has left: the next one, please
