"""A web server of our own, on this machine; nothing leaves it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Server:
    """A web server that gives prepared answers in turn, the last one for ever.

    An answer is (code, headers, body); a body that is no bytes is sent as JSON. Of each
    question ``asked`` keeps what ``hear`` makes of its path; of a form its ``data``.
    """

    def __init__(self, *answers, hear=str):
        self.asked = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                server.asked.append(parse_qs(self.rfile.read(length).decode())["data"][0])
                self.answer()

            def do_GET(self):
                server.asked.append(hear(self.path))
                self.answer()

            def answer(self):
                code, headers, body = answers[min(len(server.asked), len(answers)) - 1]
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(code)
                for key, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
