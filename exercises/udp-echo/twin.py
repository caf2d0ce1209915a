"""udp-echo in Python 3."""

import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:9999"
host, port = addr.rsplit(":", 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind((host, int(port)))
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        try:
            server.sendto(*server.recvfrom(65535))
        except OSError:
            pass  # an answer that could not be sent is no reason to stop
