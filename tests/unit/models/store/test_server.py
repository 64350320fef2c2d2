"""What keeps a client from an MLflow server, told by stand-ins that answer as such servers do."""

import http.server
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from models.store import server as server_module
from models.store.server import server_problem, status_problem


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body, *place = self.server.says(self)
        self.send_response(status)
        for value in place:
            self.send_header("location", value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Serves what a function says of a request, and gives the port."""
    running = []

    def start(says, context=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.says = says
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return server.server_address[1]

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch):
    for name in (
        "USERNAME",
        "PASSWORD",
        "TOKEN",
        "SERVER_CERT_PATH",
        "CLIENT_CERT_PATH",
        "INSECURE_TLS",
    ):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)


def problem_of(port, path="", user="", scheme="http"):
    problem = server_problem(f"{scheme}://{user}127.0.0.1:{port}{path}", 2.0)
    return "" if problem is None else str(problem)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            401,
            "answers 401 (no right to read): set MLFLOW_TRACKING_USERNAME and "
            "MLFLOW_TRACKING_PASSWORD (or MLFLOW_TRACKING_TOKEN)",
        ),
        (403, "answers 403 (no right to read): ask whoever runs it"),
        (404, "answers 404: it has no MLflow there"),
        (429, "answers 429 (Too Many Requests): look into its log, or try again later"),
        (500, "answers 500 (Internal Server Error): look into its log"),
        (502, "answers 502 (Bad Gateway): look into its log"),
        (599, "answers 599 (no known status): look into its log"),
    ],
)
def test_what_a_status_means(serve, status, words):
    port = serve(lambda request: (status, "<html>a page</html>"))
    assert f"MLFLOW_TRACKING_URI: the server at http://127.0.0.1:{port} {words}" in problem_of(port)


def test_a_password_that_is_not_taken_is_never_shown(serve, monkeypatch):
    port = serve(lambda request: (401, ""))
    text = problem_of(port, user="anna:secret@")
    assert "http://anna:***@127.0.0.1" in text
    assert "not accepted: the user 'anna' of the address; set MLFLOW" in text
    assert "secret" not in text
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "abc")
    assert "not accepted: MLFLOW_TRACKING_TOKEN; set" in problem_of(port)


def test_what_a_server_says_in_a_plain_line_is_told():
    assert "(the disk is full)" in str(
        status_problem("http://h", 500, '{"message": "the disk is full"}')
    )
    assert "--allowed-hosts" in str(status_problem("http://h", 403, "Invalid Host header"))


def test_an_answer_that_is_none_of_mlflow(serve):
    page = serve(lambda request: (200, "<!doctype html><title>Sign in</title>"))
    assert "answers with a web page, not as an MLflow server" in problem_of(page)
    text = serve(lambda request: (200, "hello"))
    assert "answers with something else" in problem_of(text)
    redirect = serve(lambda request: (302, "", f"http://localhost:{page}/login"))
    assert f"with a web page, sent on to localhost:{page}, not" in problem_of(redirect)


def test_servers_that_are_well(serve, monkeypatch):
    well = serve(
        lambda request: (
            (200, "{}") if request.path.startswith("/mlflow/api/2.0/mlflow/") else (404, "")
        )
    )
    assert problem_of(well, "/mlflow") == problem_of(well, "/mlflow/") == ""
    healthy = serve(lambda request: (200, "OK" if request.path == "/health" else "what"))
    assert problem_of(healthy) == ""
    private = serve(
        lambda request: (
            (200, "{}")
            if request.headers.get("authorization") == "Basic YW5uYTpwdw=="
            else (401, "")
        )
    )
    assert "401" in problem_of(private)
    assert problem_of(private, user="anna:pw@") == ""
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "anna")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "pw")
    assert problem_of(private) == ""


def test_one_that_closes_and_one_that_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as closing:
        threading.Thread(target=lambda: closing.accept()[0].close(), daemon=True).start()
        text = problem_of(closing.getsockname()[1])
        assert "no MLflow server answers at http://127.0.0.1" in text
        assert "name it with https:// if it speaks that" in text
    with socket.create_server(("127.0.0.1", 0)) as silent:
        problem = server_problem(f"http://127.0.0.1:{silent.getsockname()[1]}", 0.2)
        assert "(connected, but no answer within 0.2 seconds)" in str(problem)
    assert server_module.CONNECT < 5


@pytest.mark.parametrize("uri", ["http://", "http:///mlflow", "http://h:abc", "http://h:99999"])
def test_an_address_without_host_or_port(uri):
    assert "expected http://HOST:PORT" in str(server_problem(uri))


def test_a_proxy_that_is_gone(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    text = str(server_problem("http://mlflow.example", 1.0))
    assert "the proxy before http://mlflow.example does not answer (Connection refused)" in text
    assert "NO_PROXY=mlflow.example" in text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Makes a self-signed certificate and its key: for which host, and valid until when."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder = tmp_path_factory.mktemp("certificates")

    def make(name, host="127.0.0.1", days=2):
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mlflow")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(now - timedelta(days=9))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)
            .sign(key, hashes.SHA256())
        )
        path = folder / name
        path.write_bytes(
            builder.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return path, context

    return make


OWN, ANY = "MLFLOW_TRACKING_SERVER_CERT_PATH", "MLFLOW_TRACKING_INSECURE_TLS"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS")
def test_a_certificate_of_ones_own(serve, certificate, monkeypatch):
    path, context = certificate("own.pem")
    port = serve(lambda request: (200, "OK"), context)
    text = problem_of(port, scheme="https")
    assert "is not accepted (self-signed certificate)" in text
    assert OWN in text
    assert f"{ANY}=true" in text
    assert "start it" not in text
    with monkeypatch.context() as settings:
        settings.setenv(OWN, str(path))
        assert problem_of(port, scheme="https") == ""
    with monkeypatch.context() as settings:
        settings.setenv(ANY, "true")
        assert problem_of(port, scheme="https") == ""
        settings.setenv(OWN, str(path))
        assert problem_of(port, scheme="https").startswith(f"{ANY}: is set together with {OWN}")
    assert "speaks http, not https" in problem_of(
        serve(lambda request: (200, "OK")), scheme="https"
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"days": -1}, "(certificate has expired); have it renewed"),
        ({"host": "10.0.0.1"}, "use the name that the certificate is for"),
    ],
)
def test_what_is_wrong_with_a_certificate(serve, certificate, monkeypatch, settings, words):
    path, context = certificate("wrong.pem", **settings)
    monkeypatch.setenv(OWN, str(path))
    assert words in problem_of(serve(lambda request: (200, "OK"), context), scheme="https")


def test_certificate_files_that_are_none(serve, certificate, monkeypatch, tmp_path):
    _, context = certificate("own.pem")
    port = serve(lambda request: (200, "OK"), context)
    (tmp_path / "text.pem").write_text("no certificate")
    for name in (OWN, "MLFLOW_TRACKING_CLIENT_CERT_PATH"):
        for file, words in (("gone.pem", "no such file"), ("text.pem", "no certificate in PEM")):
            with monkeypatch.context() as settings:
                settings.setenv(name, str(tmp_path / file))
                assert problem_of(port, scheme="https").startswith(
                    f"{name}: is {tmp_path / file}: {words}"
                )


def test_a_server_that_asks_for_a_certificate(serve, certificate, monkeypatch):
    path, context = certificate("own.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(path)
    port = serve(lambda request: (200, "OK"), context)
    monkeypatch.setenv(OWN, str(path))
    assert "set MLFLOW_TRACKING_CLIENT_CERT_PATH" in problem_of(port, scheme="https")
    monkeypatch.setenv("MLFLOW_TRACKING_CLIENT_CERT_PATH", str(path))
    assert problem_of(port, scheme="https") == ""
