# suite: lesson2.server
# caught by: clients-that-leave
# says: the server died after a client that
# Serves one client at a time and takes each for a polite one.
import socketserver
import sys

BODIES = {b"/": "Hello, World", b"/zh": "你好,世界"}


def answer(head):
    method, target = head.split(b"\r\n")[0].split(b" ")[:2]
    body = BODIES.get(target, "")
    status = "200 OK" if body else "404 Not Found"
    length = len(body.encode())
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + (b"" if method == b"HEAD" else body.encode())


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(10)
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                piece = self.request.recv(4096)
                if not piece:
                    return
                data += piece
            head, data = data.split(b"\r\n\r\n", 1)
            self.request.sendall(answer(head))
            if b"Connection: close" in head:
                return



class Server(socketserver.TCPServer):
    request_queue_size = 128

    def handle_error(self, request, peer):
        raise SystemExit(1)  # wrong: one client's error ends the server


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
server = Server((host, int(port)), Handler)
print("listening on %s:%d" % server.server_address, flush=True)
server.serve_forever()
