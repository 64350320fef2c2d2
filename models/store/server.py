"""Whether an MLflow server answers and lets us read, asked as MLflow's own client asks."""

from __future__ import annotations

import http
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from data.problems import Problem
from models.store.errors import WHERE, without_password

READ, HEALTH = "/api/2.0/mlflow/experiments/search", "/health"
CONNECT, ANSWER = 4.0, 20.0  # seconds: to be connected; to be answered once connected
USER, PASSWORD, TOKEN = (f"MLFLOW_TRACKING_{name}" for name in ("USERNAME", "PASSWORD", "TOKEN"))
OWN_CERTIFICATE = "MLFLOW_TRACKING_SERVER_CERT_PATH"
ANY_CERTIFICATE = "MLFLOW_TRACKING_INSECURE_TLS"
CLIENT_CERTIFICATE = "MLFLOW_TRACKING_CLIENT_CERT_PATH"
BUNDLES = (OWN_CERTIFICATE, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def server_problem(uri: str, patience: float | None = None) -> Problem | None:
    """Returns what keeps MLflow from reading at this address, or None.

    One request, with the credentials and certificates that MLflow takes from the environment.

    Args:
        uri: `http://…` or `https://…`.
        patience: seconds to wait for an answer, once connected; ANSWER if None.
    """
    address, patience = without_password(uri), ANSWER if patience is None else patience
    try:
        if not urlsplit(uri).hostname or urlsplit(uri).port == 0:
            raise ValueError("it names no host")
    except ValueError as error:
        return Problem(WHERE, f"is '{address}' ({error})", "expected http://HOST:PORT")
    try:
        response = _ask(uri, READ, patience)
        if response.status_code != http.HTTPStatus.OK:
            return status_problem(uri, response.status_code, response.text)
        if _is_object(response.text) or _ask(uri, HEALTH, patience).text.strip() == "OK":
            return None
    except Exception as error:  # MLflow's, requests', urllib3's, ssl's and socket's kinds
        return _unreached(uri, error, patience)
    sent_on = (
        ""
        if urlsplit(response.url).netloc == urlsplit(uri).netloc
        else (f", sent on to {urlsplit(response.url).netloc}")
    )
    page = (
        "with a web page"
        if re.search(r"(?i)<!doctype|<html", response.text)
        else ("with something else")
    )
    return Problem(
        WHERE,
        f"{address} answers {page}{sent_on}, not as an MLflow server",
        "expected the address of the server itself; if a login page stands before it, "
        f"set {USER} and {PASSWORD} (or {TOKEN})",
    )


def _ask(uri: str, endpoint: str, patience: float) -> Any:
    from mlflow.utils.credentials import get_default_host_creds
    from mlflow.utils.rest_utils import http_request

    query = {"params": {"max_results": 1}} if endpoint == READ else {}
    return http_request(
        get_default_host_creds(uri),
        endpoint,
        "GET",
        max_retries=0,
        timeout=(min(CONNECT, patience), patience),
        raise_on_status=False,
        **query,
    )


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def status_problem(uri: str, status: int, body: str = "") -> Problem:
    """Returns what an answer with an error's status means for the user.

    Args:
        uri: of the server.
        status: of HTTP.
        body: of the answer; what a server says in a short plain line is told as well.
    """
    message = _plain(body)
    server = f"the server at {without_password(uri)}"
    if status in (401, 403):
        if "Host header" in message:
            return Problem(
                WHERE,
                f"{server} answers {status} ({message})",
                "name it as its --allowed-hosts do, or start it with this name there",
            )
        credentials = [name for name in (USER, PASSWORD, TOKEN) if os.environ.get(name)]
        if user := urlsplit(uri).username:
            credentials = [f"the user '{user}' of the address"]
        rejected = f"not accepted: {' and '.join(credentials)}; " if credentials else ""
        advice = (
            f"set {USER} and {PASSWORD} (or {TOKEN})"
            if status == 401
            else f"ask whoever runs it for the right, or set {USER} and {PASSWORD} (or {TOKEN}) of "
            "a user who has it"
        )
        return Problem(WHERE, f"{server} answers {status} (no right to read): {rejected}{advice}")
    if status == 404:
        return Problem(
            WHERE,
            f"{server} answers 404: it has no MLflow there",
            "name the server's own address, with its prefix if it has one "
            "(http://HOST:PORT/PREFIX)",
        )
    if status == 407:
        return Problem(
            WHERE,
            f"the proxy before {without_password(uri)} answers 407 (it asks for a password)",
            "set it in HTTPS_PROXY, or name the server in NO_PROXY",
        )
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = "no known status"
    return Problem(
        WHERE,
        f"{server} answers {status} ({message or phrase}): "
        + (
            "look into its log, or try again later"
            if status >= 500 or status in (408, 429)
            else "expected the address of an MLflow server"
        ),
    )


def _plain(body: str, most: int = 120) -> str:
    """What a body says, if that is one short line and no page."""
    with suppress(ValueError, KeyError, TypeError):
        body = str(json.loads(body)["message"])
    body = body.strip()
    return body if len(body) <= most and "\n" not in body and "<" not in body else ""


def _unreached(uri: str, error: BaseException, patience: float) -> Problem:
    """Why no answer came, from the error and those behind it."""
    import requests
    import urllib3

    address, host, causes = without_password(uri), urlsplit(uri).hostname, list(_causes(error))
    reason = _reason(causes)
    if problem := _missing_file(causes) or _insecure(address, causes, reason):
        return problem
    if _caused(causes, requests.exceptions.ProxyError):
        return Problem(
            WHERE,
            f"the proxy before {address} does not answer ({reason})",
            f"correct HTTP_PROXY or HTTPS_PROXY, or set NO_PROXY={host}",
        )
    if _caused(causes, requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError):
        return Problem(
            WHERE,
            f"no MLflow server answers at {address} (connected, but no answer "
            f"within {patience:g} seconds)",
            "look into the server's log, or try again later",
        )
    if _caused(causes, requests.exceptions.RequestException, OSError):
        cut_off = urlsplit(uri).scheme == "http" and _caused(causes, ConnectionResetError)
        return Problem(
            WHERE,
            f"no MLflow server answers at {address} ({reason})",
            ("name it with https:// if it speaks that, " if cut_off else "")
            + "start it (mlflow server), correct the address, or unset the variable to "
            "use sqlite:///mlflow.db",
        )
    return Problem(
        WHERE, f"{address} cannot be asked ({reason})", "correct the variables MLFLOW_TRACKING_…"
    )


def _insecure(address: str, causes: list[BaseException], reason: str) -> Problem | None:
    """What is wrong with the secure connection, if that is what went wrong."""
    import ssl

    import requests

    if re.search(r"(?i)wrong.version.number|record layer failure", reason):
        return Problem(WHERE, f"{address} speaks http, not https ({reason})", "correct the address")
    if _caused(causes, ssl.SSLCertVerificationError):
        return Problem(
            WHERE,
            f"the certificate of {address} is not accepted ({reason})",
            _certificate_advice(reason),
        )
    if _caused(causes, requests.exceptions.SSLError, ssl.SSLError):
        return Problem(
            WHERE,
            f"no secure connection to {address} comes about ({reason})",
            "if the server asks for a certificate of yours, set "
            f"{CLIENT_CERTIFICATE} to it (PEM); else look into its log",
        )
    return None


def _caused(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    """Whether one of these errors is of one of the kinds."""
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that stand behind it, the outer first."""
    seen: set[int] = set()
    queue = [error]
    while queue:
        cause = queue.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = [
            argument
            for argument in (*cause.args, getattr(cause, "reason", None))
            if isinstance(argument, BaseException)
        ]
        queue += [*inner, cause.__cause__, cause.__context__]


def _reason(causes: list[BaseException]) -> str:
    """The innermost words that say anything, in one line."""
    for cause in reversed(causes):
        words = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None)
        if words:
            return str(words)
    for cause in reversed(causes):
        if words := re.sub(r"^[^:]*object at 0x\w+>: ", "", str(cause)).strip().partition("\n")[0]:
            return words[:200]
    return type(causes[-1]).__name__


def _missing_file(causes: list[BaseException]) -> Problem | None:
    """The variable whose file is missing or is no certificate, if that is what went wrong."""
    messages = " ".join(map(str, causes))
    if "ignore_tls_verification" in messages:
        return Problem(
            ANY_CERTIFICATE, f"is set together with {OWN_CERTIFICATE}", "expected one of the two"
        )
    variables = (
        BUNDLES
        if "CA certificate bundle" in messages or "[X509" in messages
        else (CLIENT_CERTIFICATE,)
        if re.search("TLS (certificate|key) file|PEM lib", messages)
        else ()
    )
    for name in variables:
        if path := os.environ.get(name):
            missing = "no such file" if not Path(path).exists() else "no certificate in PEM form"
            return Problem(name, f"is {path}: {missing}", "expected a file in PEM form")
    return None


def _certificate_advice(reason: str) -> str:
    """What to do about a certificate, by what is wrong with it."""
    lowered = reason.lower()
    unseen = f"{ANY_CERTIFICATE}=true takes any certificate, unchecked"
    if "expired" in lowered or "not yet valid" in lowered:
        return f"have it renewed (is this machine's clock right?); {unseen}"
    if "mismatch" in lowered or "doesn't match" in lowered or "not valid for" in lowered:
        return f"use the name that the certificate is for; {unseen}"
    return (
        f"set {OWN_CERTIFICATE} to the file of the certificate, or of the authority, that is "
        f"to be trusted (PEM); {unseen}"
    )
