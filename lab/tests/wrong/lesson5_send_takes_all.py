# suite: lesson5.server
# caught by: half-close
# says: 1 MiB was sent
# Believes that send takes everything.
import select
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener.setblocking(False)
queues = {}  # what each client still has to get
ended = set()  # those that have said all


def close(conn):
    ended.discard(conn)
    if queues.pop(conn, None) is not None:
        conn.close()


while True:
    reading = [conn for conn in queues if conn not in ended and len(queues[conn]) <= 1 << 20]
    writing = [conn for conn in queues if queues[conn]]
    readable, writable, exceptional = select.select([listener, *reading], writing, [])
    for conn in readable:
        try:
            if conn is listener:
                conn, _ = listener.accept()
                conn.setblocking(False)
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
                queues[conn] = b""
                continue
            if conn not in queues:
                continue
            data = conn.recv(65536)
            if data:
                queues[conn] += data
            else:
                ended.add(conn)
        except BlockingIOError:
            pass
        except ConnectionError:
            close(conn)
    for conn in writable:
        if conn in queues:
            try:
                conn.send(queues[conn])
                queues[conn] = b""  # wrong: what send did not take is lost
            except BlockingIOError:
                pass
            except OSError:
                close(conn)
    for conn in [conn for conn in ended if not queues[conn]]:
        close(conn)
