"""Counts datagrams of 64 bytes; any other length is a question for the count."""
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    print("listening on %s:%d" % sock.getsockname(), flush=True)
    count = 0
    while True:
        data, sender = sock.recvfrom(2048)
        if len(data) == 64:
            count += 1
        else:
            sock.sendto(b"%s%d" % (data, count), sender)
