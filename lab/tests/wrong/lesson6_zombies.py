# suite: lesson6.server
# caught by: children
# says: zombies
# deadline: 8
# Never asks for the exit codes of its children.
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
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    conn, _ = listener.accept()
    if os.fork() == 0:
        listener.close()
        call(conn)
        conn.close()
        os._exit(0)
    conn.close()  # wrong: and nobody calls waitpid
