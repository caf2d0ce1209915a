"""Takes uploads in lesson 6's framing, 1 MiB (or the number given) at a time, without a hash."""
import os
import socket
import sys

folder, piece = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1 << 20

with socket.create_server(("127.0.0.1", 0)) as listener:
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    while True:
        client, _ = listener.accept()
        with client:
            header = b""
            while not header.endswith(b"\n"):
                header += client.recv(1)
            name, size = header.decode().rstrip().split("|")
            left = int(size)
            with open(os.path.join(folder, name), "wb", buffering=0) as file:
                client.sendall(b"ready\n")
                while left and (data := client.recv(min(piece, left))):
                    file.write(data)
                    left -= len(data)
            client.sendall(b"ok\n" if not left else b"error\n")
