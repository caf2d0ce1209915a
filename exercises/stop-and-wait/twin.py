"""stop-and-wait in Python 3."""

import socket
import sys
import time

_, _, addr, role, path = sys.argv
host, port = addr.rsplit(":", 1)
server = (host, int(port))


def send(sock):
    with open(path, "rb") as file:
        content = file.read()
    pieces = [content[at : at + 512] for at in range(0, len(content), 512)] + [b""]
    for number, piece in enumerate(pieces):
        head = number.to_bytes(4, "big")
        if not any(is_answered(sock, head, piece) for _ in range(25)):
            sys.exit("stop-and-wait: no answer to 25 tries: is the receiver gone?")


def is_answered(sock, head, piece):
    sock.sendto(head + piece, server)
    end = time.monotonic() + 0.04
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            if sock.recv(4) == head:
                return True
        except TimeoutError:
            pass
    return False


def receive(sock):
    sock.bind(server)
    with open(path, "wb", buffering=0) as file:
        print("listening on {}:{}".format(*sock.getsockname()), flush=True)
        following, complete = 0, False
        while True:
            try:
                datagram, peer = sock.recvfrom(516)
            except TimeoutError:
                return
            number, piece = int.from_bytes(datagram[:4], "big"), datagram[4:]
            if number == following and not complete:
                file.write(piece)
                following += 1
                if not piece:
                    complete = True
                    sock.settimeout(1)
            if number < following:
                sock.sendto(datagram[:4], peer)


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    send(sock) if role == "send" else receive(sock)
