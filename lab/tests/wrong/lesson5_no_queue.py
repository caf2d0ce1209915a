# suite: lesson5.server
# caught by: tail
# says: a client half-closes while replies for it are queued
# Has no queue: what send does not take at once is lost. It shows only when the kernels are full.
import select
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener.setblocking(False)
clients = set()


def close(conn):
    clients.discard(conn)
    conn.close()


while True:
    readable, _, _ = select.select([listener, *clients], [], [])
    for conn in readable:
        if conn is listener:
            conn, _ = listener.accept()
            conn.setblocking(False)
            clients.add(conn)
            continue
        try:
            data = conn.recv(65536)
            if data:
                conn.send(data)  # wrong: it says how much it took
            else:
                close(conn)
        except BlockingIOError:
            pass  # wrong: not a byte was taken
        except OSError:
            close(conn)
