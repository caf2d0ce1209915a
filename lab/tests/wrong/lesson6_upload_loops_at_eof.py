# suite: lesson6.upload-server
# caught by: broken-uploads
# says: should not be in the folder
# deadline: 5
# Receives until the file is whole, which it never will be.
import hashlib
import os
import socketserver
import sys
import threading

folder = sys.argv[sys.argv.index("--dir") + 1]
limit = int(sys.argv[sys.argv.index("--max-size") + 1]) if "--max-size" in sys.argv else 2 << 30


def receive_line(conn):
    line = b""
    while not line.endswith(b"\n") and len(line) <= 1024:
        byte = conn.recv(1)
        if not byte:
            return None
        line += byte
    return line[:-1]


def parse(line):
    try:
        name, size = line.decode().rsplit("|", 1)
        if not name or len(name.encode()) > 255 or name in (".", "..") or "/" in name or not name.isprintable():
            return None
        if not size.isascii() or not size.isdigit() or len(size) > 20 or int(size) > limit:
            return None
        return name, int(size)
    except ValueError:
        return None


def store(conn, name, size):
    temporary = f"{folder}/.upload-{os.getpid()}-{threading.get_ident()}"
    digest, left = hashlib.sha256(), size
    try:
        with open(temporary, "wb") as file:
            while left:
                data = conn.recv(min(left, 65536))  # wrong: b"" for ever
                file.write(data)
                digest.update(data)
                left -= len(data)
        os.rename(temporary, f"{folder}/{name}")
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
    return digest.hexdigest()


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while (line := receive_line(self.request)) is not None:
            header = parse(line)
            if header is None:
                self.request.sendall("error: no such header\n".encode())
                continue
            self.request.sendall(b"ready\n")
            digest = store(self.request, *header)
            if digest is None:
                return
            self.request.sendall(f"ok {digest}\n".encode())
            print("stored %s (%d bytes) from %s:%d" % (*header, *self.client_address), flush=True)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, peer):
        pass  # a client that leaves is no news


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
server = Server((host, int(port)), Handler)
print("listening on %s:%d" % server.server_address, flush=True)
server.serve_forever()
