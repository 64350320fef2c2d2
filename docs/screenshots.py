"""Pictures of the MLflow UI for the guides, taken with a server and a headless Chromium.

    python docs/screenshots.py sqlite:///mlflow.db event --out docs/ui

Needs a store whose experiment has finished runs (best: several families and a parent of seeds) and
a registered model with a champion; Chromium; and aiohttp, which comes with datasets.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PORT = 5099
SIZE = (1600, 1000)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
# MLflow's hints for newcomers would lie over what is to be seen.
CLOSE = """[...document.querySelectorAll('[aria-label="Close"]')].forEach(one => one.click())"""
# Where the store lies on the machine that took the pictures is nobody's matter.
HIDE = """[...document.querySelectorAll('*')].filter(
 one => one.children.length < 3 && /^Path:/.test(one.textContent)).forEach(
 one => one.style.visibility = 'hidden')"""
CONTENT = """document.body.innerText.length + ' '
 + document.querySelectorAll('svg, img, iframe').length"""
TRAINING = """[...document.querySelectorAll('label, button, div')].find(
 one => one.textContent === 'Model training')?.click()"""
SCROLL = """[...document.querySelectorAll('*')].find(
 one => one.children.length < 2 && one.textContent.trim() === '%s')?.scrollIntoView()"""
DIFFERENT = """[...document.querySelectorAll('[role="switch"]')].find(
 one => one.closest('div')?.parentElement?.textContent.includes('Show diff only'))?.click()"""
MORE = """[...document.querySelectorAll('button, a, span')].find(
 one => one.textContent === 'Show more')?.click()"""
QUIET, LONGEST = 6, 90  # seconds without a change that a page is waited for, and in all


def main() -> int:
    """Takes the pictures and returns 0."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", help="address of the store, as sqlite:///mlflow.db")
    parser.add_argument("experiment", help="event or stance; also the registered model's name")
    parser.add_argument("--out", type=Path, default=Path("docs/ui"))
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pages = places(options.store, options.experiment)
    with (
        tempfile.TemporaryDirectory() as scratch,
        server(options.store),
        browser(options.chromium, Path(scratch)) as socket,
    ):
        asyncio.run(take(socket, pages, options.out))
    return 0


def places(store: str, experiment: str) -> dict[str, tuple[str, str]]:
    """Picture to where it is (behind the #) and what is done there before."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(store)
    number = client.get_experiment_by_name(experiment).experiment_id
    runs = client.search_runs(
        [number], "attributes.status = 'FINISHED'", order_by=["metrics.`dev/macro_f1` DESC"]
    )
    single = [run for run in runs if "kind" not in run.data.tags]
    best = single[0].info.run_id
    other = next(
        (run for run in single if run.data.tags["family"] != single[0].data.tags["family"]),
        single[-1],
    ).info.run_id
    parent = next((run.info.run_id for run in runs if run.data.tags.get("kind") == "seeds"), "")
    here = f"/experiments/{number}"
    both = f"?runs=[%22{best}%22,%22{other}%22]&experiments=[%22{number}%22]"
    view = f"{here}/runs?viewStateShareKey=figures"
    found = {
        "runs": (view, ""),
        "charts": (f"{view}&compareRunsMode=CHART", ""),
        "compare": (f"/compare-runs{both}", f"{SCROLL % 'Run details'}; {DIFFERENT}"),
        "run": (f"{here}/runs/{best}", MORE),
        "report": (f"{here}/runs/{best}/artifacts/report.html", ""),
        "confusion": (f"{here}/runs/{best}/artifacts/dev/confusion_matrix.png", ""),
        "parent": (f"{here}/runs/{parent}", MORE),
        "model": (f"/models/{experiment}", SCROLL % "Versions"),
    }
    return {name: place for name, place in found.items() if parent or name != "parent"}


@contextlib.contextmanager
def server(store: str) -> Iterator[None]:
    """An MLflow server of the store."""
    words = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        "--workers",
        "1",
        "--port",
        str(PORT),
        "--backend-store-uri",
        store,
    ]
    process = subprocess.Popen(
        words,
        env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            time.sleep(0.5)
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health"),
            ):
                break
        yield
    finally:
        end(process)


@contextlib.contextmanager
def browser(chromium: str, folder: Path) -> Iterator[str]:
    """A headless Chromium; gives the address of its page for the DevTools protocol."""
    process = subprocess.Popen(
        [
            chromium,
            *FLAGS,
            f"--user-data-dir={folder}",
            f"--window-size={SIZE[0]},{SIZE[1]}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        note = folder / "DevToolsActivePort"
        for _ in range(120):
            time.sleep(0.5)
            if note.is_file():
                break
        port = note.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = json.load(answer)
        yield next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Stops a process: politely, then not."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


async def take(socket: str, pages: dict[str, tuple[str, str]], out: Path) -> None:
    """Opens every page, waits until it is quiet, and writes what is seen."""
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(socket, max_msg_size=0) as wire,
    ):
        numbers = iter(range(1, 10_000))

        async def ask(method: str, **given: Any) -> dict[str, Any]:
            number = next(numbers)
            await wire.send_json({"id": number, "method": method, "params": given})
            while True:
                answer = await wire.receive_json()
                if answer.get("id") == number:
                    return dict(answer.get("result", {}))

        await ask(
            "Emulation.setDeviceMetricsOverride",
            width=SIZE[0],
            height=SIZE[1],
            deviceScaleFactor=1,
            mobile=False,
        )

        async def quiet() -> None:
            seen, since = "", time.monotonic()
            for _ in range(LONGEST):
                await asyncio.sleep(1)
                answer = await ask("Runtime.evaluate", expression=CONTENT)
                now = str(answer.get("result", {}).get("value"))
                if now != seen:
                    seen, since = now, time.monotonic()
                elif time.monotonic() - since > QUIET and int(seen.split()[0]) > 300:
                    return

        # The menu of model training stays chosen, and choosing it leaves a page's view.
        for name, (place, click) in {"": (pages["run"][0], TRAINING), **pages}.items():
            await ask("Page.navigate", url="about:blank")
            await ask("Page.navigate", url=f"http://127.0.0.1:{PORT}/#{place}")
            await quiet()
            for expression in (CLOSE, HIDE, click):
                await ask("Runtime.evaluate", expression=expression)
                await asyncio.sleep(2)
            if name:
                shot = await ask("Page.captureScreenshot", format="png")
                write(base64.b64decode(shot["data"]), out / f"{name}.png")


def write(png: bytes, path: Path) -> None:
    """Writes a picture in 128 colours."""
    from PIL import Image

    Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    sys.stdout.write(f"{path}: {path.stat().st_size / 1e3:.0f} kB\n")


if __name__ == "__main__":
    sys.exit(main())
