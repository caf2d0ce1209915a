# suite: lesson5.server
# caught by: half-close
# says: 1 MiB was sent
# deadline: 3
# Reads once for each edge; what is left is never told again.
import select
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
poller = select.epoll()
poller.register(listener, select.EPOLLIN)
clients = {}
while True:
    for number, _ in poller.poll():
        if number == listener.fileno():
            conn, _ = listener.accept()
            clients[conn.fileno()] = conn
            poller.register(conn, select.EPOLLIN | select.EPOLLET)
            continue
        conn = clients[number]
        data = conn.recv(4096)  # wrong: edge-triggered, read until there is nothing
        if data:
            conn.sendall(data)
        else:
            del clients[number]
            conn.close()
