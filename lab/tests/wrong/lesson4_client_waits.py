# suite: lesson4.client
# caught by: silent-line
# says: did not end in time
# deadline: 7
# Waits for ever for an answer.
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
conn = socket.create_connection((host, int(port)))  # wrong: no timeout
print("receive: " + conn.recv(1024).decode(), flush=True)
for line in sys.stdin:
    if line == "exit\n":
        break
    conn.sendall(line.encode())
    print("receive: " + conn.recv(1024).decode(), flush=True)
