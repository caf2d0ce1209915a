# suite: lesson6.simplified
# caught by: silent-client
# says: another caller says nothing
# deadline: 3
# Waits for each thread's end before the next accept.
import signal
import socket
import sys
import threading

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


def answer(conn):
    with conn:
        call(conn)


while True:
    conn, _ = listener.accept()
    thread = threading.Thread(target=answer, args=(conn,), daemon=True)
    thread.start()
    thread.join()  # wrong: this is as if there were no threads
