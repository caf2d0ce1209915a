# suite: lesson1.client
# caught by: reply-in-pieces
# says: prints something else than the reply
# Takes one recv for the whole reply.
import socket
import sys

try:
    host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
    text = sys.argv[sys.argv.index("--text") + 1] if "--text" in sys.argv else "请求占领地球"
    conn = socket.create_connection((host, int(port)), timeout=5)
    conn.settimeout(float(sys.argv[sys.argv.index("--timeout") + 1]) if "--timeout" in sys.argv else 5)
    conn.sendall(text.encode())
    reply = conn.recv(1024)  # wrong: it may bring one byte
    print(reply.decode(errors="replace"))
except OSError as error:
    sys.exit(f"client: no answer: {error}")
