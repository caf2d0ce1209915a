# suite: lesson6.server
# caught by: children
# says: child processes are still there
# deadline: 8
# The child goes on in the parent's loop.
import os
import signal
import socket
import sys

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务.".encode()
RECORDED = "通过可能会被录音.balabala一大推".encode()
AGAIN = "请重新输入.".encode()


def call(conn):
    conn.sendall(GREETING)
    data = b""
    while piece := conn.recv(4096):
        data += piece
        if b"\n" not in data:
            if data == b"exit":
                return
            continue
        *lines, data = data.split(b"\n")
        for line in lines:
            if line == b"exit":
                return
            conn.sendall(RECORDED if line == b"0" else AGAIN)


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    conn, _ = listener.accept()
    if os.fork() == 0:
        call(conn)  # wrong: and then to the next accept
    conn.close()
