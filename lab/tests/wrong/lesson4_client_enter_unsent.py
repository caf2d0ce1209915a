# suite: lesson4.client
# caught by: enter
# says: was typed
# deadline: 2
# Sends nothing for Enter, and then waits for the answer to nothing.
import socket
import sys

try:
    host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
    conn = socket.create_connection((host, int(port)), timeout=5)
    print("receive: " + conn.recv(1024).decode(), flush=True)
    for line in sys.stdin:
        if line == "exit\n":
            break
        message = line.strip()
        conn.sendall(message and (message + "\n").encode())  # wrong: for Enter this is b""
        print("receive: " + conn.recv(1024).decode(), flush=True)
except TimeoutError:
    sys.exit("client: the line is silent")
