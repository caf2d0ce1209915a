# suite: lesson5.two-doors
# caught by: any-order
# says: out of turn
# deadline: 3
# Accepts at the first door, then at the second one, whoever comes.
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


def answer(conn):
    with conn:
        call(conn)


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
doors = [socket.create_server((host, int(port))), socket.create_server((host, 0))]
for door in doors:
    print("listening on %s:%d" % door.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    for door in doors:
        conn, _ = door.accept()  # wrong: nobody may be there
        threading.Thread(target=answer, args=(conn,), daemon=True).start()
