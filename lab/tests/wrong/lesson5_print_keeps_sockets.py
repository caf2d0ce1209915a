# suite: lesson5.print-server
# caught by: descriptors
# says: a connection that nobody closes
# deadline: 8
# Removes clients from its list as the first document does, and keeps them elsewhere.
import select
import signal
import socket
import sys


def show(data):
    text = data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return text.translate({10: "\\n", 13: "\\r", 9: "\\t", 27: "\\x1b"})


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
clients, names = [], {}
while True:
    readable, _, _ = select.select([listener, *clients], [], [])
    for conn in readable:
        if conn is listener:
            conn, (host, port) = listener.accept()
            clients.append(conn)
            names[conn] = f"{host}:{port}"
            print("accept", names[conn], flush=True)
            continue
        try:
            data = conn.recv(65536)
        except ConnectionError:
            data = b""
        if data:
            print(f"received {names[conn]} ({len(data)} bytes): {show(data)}", flush=True)
            continue
        print("closed", names[conn], flush=True)
        clients.remove(conn)  # wrong: in `names` it stays, and open
        try:
            conn.shutdown(socket.SHUT_WR)
        except OSError:
            pass
