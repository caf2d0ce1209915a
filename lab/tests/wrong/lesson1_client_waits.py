# suite: lesson1.client
# caught by: silent-server
# says: did not end in time
# deadline: 3
# Waits for ever for a server that does not answer.
import socket
import sys

try:
    host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
    text = sys.argv[sys.argv.index("--text") + 1] if "--text" in sys.argv else "请求占领地球"
    conn = socket.create_connection((host, int(port)), timeout=5)
    conn.settimeout(None)  # wrong
    conn.sendall(text.encode())
    reply = b""
    while piece := conn.recv(1024):
        reply += piece
    print(reply.decode())
except OSError as error:
    sys.exit(f"client: no answer: {error}")
