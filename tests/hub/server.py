"""As much of the Hub's protocol as its own client needs to make a repository, fill it, and read it back."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Repositories by name, each a table of files."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.private: dict[str, bool] = {}
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format, *values):
        pass

    def _send(self, content: bytes, status=200, kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _json(self, content, status=200, **headers):
        self._send(json.dumps(content).encode(), status, **headers)

    def do_POST(self):
        self.server.asked.append(f"POST {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") == "Bearer wrong":
            self._json({"error": "Invalid credentials"}, 401)
        elif self.path == "/api/repos/create":
            asked = json.loads(body)
            name = "/".join(filter(None, (asked.get("organization"), asked["name"])))
            self.server.repositories.setdefault(name, {})
            self.server.private[name] = bool(asked.get("private")) or asked.get("visibility") == "private"
            self._json({"url": f"{self.server.address}/{name}", "name": name, "id": name})
        elif "/preupload/" in self.path:
            files = json.loads(body)["files"]
            ways = [{"path": file["path"], "uploadMode": "regular", "shouldIgnore": False} for file in files]
            self._json({"files": ways})
        elif "/commit/" in self.path:
            self._commit(self.path.split("/commit/")[0].removeprefix("/api/models/"), body)
        else:
            self._json({})

    def _commit(self, name: str, body: bytes):
        for line in filter(None, body.split(b"\n")):
            entry = json.loads(line)
            if entry["key"] == "file":
                content = base64.b64decode(entry["value"]["content"])
                self.server.repositories[name][entry["value"]["path"]] = content
        address = f"{self.server.address}/{name}/commit/{COMMIT}"
        self._json({"success": True, "commitOid": COMMIT, "commitUrl": address, "hookOutput": ""})

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        if path.startswith("/api/models/"):
            name, _, _ = path.removeprefix("/api/models/").partition("/revision/")
            files = self.server.repositories.get(name.split("/tree/")[0])
            if files is None:
                return self._json({"error": "Repository not found"}, 404, X_Error_Code="RepoNotFound")
            siblings = [{"rfilename": file} for file in files]
            if "/tree/" in name:
                tree = [
                    {"type": "file", "path": file, "size": len(files[file]), "oid": "0"} for file in files
                ]
                return self._json(tree)
            return self._json({"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings})
        name, _, rest = path.lstrip("/").partition("/resolve/")
        content = self.server.repositories.get(name, {}).get(rest.partition("/")[2])
        if content is None:
            return self._json({"error": "Entry not found"}, 404, X_Error_Code="EntryNotFound")
        tag = f'"{hashlib.sha1(content).hexdigest()}"'
        return self._send(
            content, kind="application/octet-stream", ETag=tag, X_Repo_Commit=COMMIT, Accept_Ranges="bytes"
        )
