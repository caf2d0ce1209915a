"""backlog in Python 3."""

import socket
import sys

clients = []
with socket.create_server(("127.0.0.1", 0), backlog=int(sys.argv[1])) as server:
    try:
        while True:
            clients.append(socket.create_connection(server.getsockname(), timeout=0.1))
    except OSError:
        print(len(clients))
