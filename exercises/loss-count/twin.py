"""loss-count in Python 3."""

import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:9999"
host, port = addr.rsplit(":", 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind((host, int(port)))
    print("listening on {}:{}".format(*server.getsockname()), flush=True)
    while True:
        received, reordered, doubled, highest, missing = 0, 0, 0, None, set()
        while datagram := server.recv(100):
            received += 1
            number = int.from_bytes(datagram, "big")
            if highest is None:
                highest = number - 1
            # The distance on the circle, from -32,768 to 32,767.
            ahead = (number - highest + 32768) % 65536 - 32768
            position = highest + ahead
            if ahead > 0:
                missing.update(range(highest + 1, position))
                highest = position
            elif position in missing:
                missing.remove(position)
                reordered += 1
            else:
                doubled += 1
        print(f"received {received}, lost {len(missing)}, reordered {reordered}, doubled {doubled}", flush=True)
