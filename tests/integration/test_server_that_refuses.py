"""Every command says of a store that it may not read just that, in one line, and does nothing."""

import http.server
import threading

import pytest

COMMANDS = [
    ("models", "list"),
    ("models", "history"),
    ("models", "promote", "event/1"),
    ("models", "promote", "0123abcd"),
    ("models", "card", "event@champion"),
    ("predict", "a.txt", "--out", "o.jsonl"),
    ("predict", "a.txt", "--out", "o.jsonl", "--task", "event"),
    ("evaluation", "score", "--model", "event@champion", "--data", "rows.jsonl"),
    ("evaluation", "compare", "event/1", "event/2"),
    ("train", "shares.yaml"),
    ("train", "--repeat", "0123abcd"),
]


@pytest.fixture
def server(project, monkeypatch):
    """Answers everything with its status; at the address that the project's store is said to be."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(self.server.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    (project / "a.txt").write_text("Soldiers fled.")
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{running.server_address[1]}")
    yield running
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_server_that_refuses(server, project, here, command):
    before = sorted(project.rglob("*"))
    for status, words in (
        (401, "answers 401 (no right to read): set MLFLOW_TRACKING_USERNAME"),
        (403, "answers 403 (no right to read): "),
        (500, "answers 500 ("),
        (502, "answers 502 ("),
    ):
        server.status = status
        done = here(*command)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert line.startswith("MLFLOW_TRACKING_URI: the server at http://127.0.0.1:")
        assert words in line
        assert not done.stdout
    assert sorted(project.rglob("*")) == before  # nothing is trained, and nothing written


@pytest.mark.parametrize("command", [*COMMANDS[:9], COMMANDS[10]], ids=" ".join)
def test_reading_where_there_is_no_store(project, here, monkeypatch, command):
    (project / "a.txt").write_text("Soldiers fled.")
    (project / "mlflow.db").unlink()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")
    there = sorted(project.rglob("*"))
    done = here(*command)
    assert done.returncode == (0 if command == ("models", "list") else 2)
    (line,) = done.stderr.splitlines()
    assert f"({project}/mlflow.db): there is no store here yet; training makes one" in line
    assert sorted(project.rglob("*")) == there
