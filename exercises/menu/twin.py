"""menu in Python 3."""

import re
import socket
import sys


def call(caller):
    caller.sendall("欢迎致电 10086,请输入1xxx,0转人工服务.\n".encode())
    for line in caller.makefile("rb"):
        message = line.removesuffix(b"\n").removesuffix(b"\r").decode()
        if message == "exit":
            return
        if message == "0":
            answer = "通过可能会被录音.balabala一大推"
        elif re.fullmatch("1[0-9]{3}", message):
            answer = f"{message} 已受理."
        else:
            answer = "请重新输入."
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
