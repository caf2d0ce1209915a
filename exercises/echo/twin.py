"""echo in Python 3."""

import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:9999"
host, port = addr.rsplit(":", 1)
with socket.create_server((host, int(port))) as server:
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            client, _ = server.accept()
            with client:
                while data := client.recv(65536):
                    client.sendall(data)
        except OSError:
            pass  # it has left: the next one, please
