# suite: lesson1.server
# caught by: stop-idle
# says: SIGTERM was sent
# deadline: 8
# Does not listen to the signal that asks it to stop.
import signal
import socket
import sys

REPLY = "不要回答,不要回答,不要回答".encode()


def serve(conn, peer):
    conn.settimeout(5)
    request = conn.recv(1024)
    print(f"from {peer[0]}:{peer[1]} ({len(request)} bytes): {request.decode(errors='backslashreplace')}", flush=True)
    conn.sendall(REPLY)
    conn.shutdown(socket.SHUT_WR)
    conn.settimeout(1)
    while conn.recv(65536):
        pass


def main():
    count = 0
    host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
    listener = socket.create_server((host, int(port)), backlog=5)
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    try:
        while True:
            conn, peer = listener.accept()
            count += 1
            try:
                with conn:
                    serve(conn, peer)
            except OSError:
                pass
    except KeyboardInterrupt:
        print(f"stopped after {count} connections", flush=True)


signal.signal(signal.SIGTERM, signal.SIG_IGN)  # wrong
main()
