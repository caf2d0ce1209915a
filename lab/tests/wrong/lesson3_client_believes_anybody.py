# suite: lesson3.client
# caught by: echo
# says: was taken for its answer
# Takes whatever comes next for the server's answer.
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(5)
for line in sys.stdin:
    if line == "exit\n":
        break
    sock.sendto(line.rstrip("\n").encode(), (host, int(port)))
    if "--echo" in sys.argv:
        print(sock.recv(65535).decode(), flush=True)  # wrong: from whom?
