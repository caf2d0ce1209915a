# suite: lesson1.client
# caught by: stays-open
# says: ended its direction of the connection
# Says "no more" although nobody asked for it.
import socket
import sys

try:
    host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
    text = sys.argv[sys.argv.index("--text") + 1] if "--text" in sys.argv else "请求占领地球"
    conn = socket.create_connection((host, int(port)), timeout=5)
    conn.settimeout(float(sys.argv[sys.argv.index("--timeout") + 1]) if "--timeout" in sys.argv else 5)
    conn.sendall(text.encode())
    conn.shutdown(socket.SHUT_WR)  # wrong here
    reply = b""
    while piece := conn.recv(1024):
        reply += piece
    print(reply.decode())
except OSError as error:
    sys.exit(f"client: no answer: {error}")
