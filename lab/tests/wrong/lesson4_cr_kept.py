# suite: lesson4.server
# caught by: carriage-return
# says: the reply is not the expected one
# Keeps the \r of telnet as a part of the message.
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
        *lines, data = (data + piece).split(b"\n")
        for line in lines:
            if line == b"exit":
                return
            conn.sendall(RECORDED if line == b"0" else AGAIN)


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    conn, _ = listener.accept()
    try:
        with conn:
            call(conn)
    except OSError:
        pass
