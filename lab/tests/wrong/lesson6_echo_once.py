# suite: lesson6.echo
# caught by: one-after-another
# says: one message after the other
# Takes the first message for the whole conversation.
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
import threading


def answer(conn):
    with conn:
        data = b""
        while len(data) < 700 and (piece := conn.recv(65536)):
            data += piece
            conn.sendall(piece)
            if len(data) < 4:
                return  # wrong: more may follow
        while conn.recv(65536):
            pass


while True:
    conn, _ = listener.accept()
    threading.Thread(target=answer, args=(conn,), daemon=True).start()
