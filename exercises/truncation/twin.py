"""truncation in Python 3."""

import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:9999"
host, port = addr.rsplit(":", 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind((host, int(port)))
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    buffer = bytearray(1024)
    while True:
        # With MSG_TRUNC the number is the true size, even where less was kept.
        size, _ = server.recvfrom_into(buffer, 1024, socket.MSG_TRUNC)
        print(f"{size} bytes" if size <= 1024 else f"1024 of {size} bytes, {size - 1024} lost", flush=True)
