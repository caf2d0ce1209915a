# suite: lesson5.server
# caught by: event-lines
# says: closed 127.0.0.1:
# deadline: 4
# Prints the address of who came last for who goes.
import select
import signal
import socket
import sys


def show(data):
    text = data[:64].replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    names = {10: "\\n", 13: "\\r", 9: "\\t", 27: "\\x1b"}
    return text.translate(names) + "…" * (len(data) > 64)


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
clients = {}
while True:
    readable, _, _ = select.select([listener, *clients], [], [])
    for conn in readable:
        if conn is listener:
            conn, (host, port) = listener.accept()
            clients[conn] = f"{host}:{port}"
            print("accept", clients[conn], flush=True)
            continue
        try:
            data = conn.recv(65536)
        except ConnectionError:
            data = b""
        if data:
            print(f"received {clients[conn]} ({len(data)} bytes): {show(data)}", flush=True)
            conn.sendall(data)
            print(f"sent {clients[conn]} ({len(data)} bytes)", flush=True)
        else:
            print(f"closed {host}:{port}", flush=True)  # wrong: the one accepted last
            del clients[conn]
            conn.close()
