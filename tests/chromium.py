"""A headless Chromium, driven by its own protocol: pages of a folder, at a width, measured."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run"),
    *("--disable-background-networking", "--hide-scrollbars", "--remote-debugging-port=0"),
    *("--disable-dev-shm-usage", "--allow-file-access-from-files", "--remote-allow-origins=*"),
)
FAULTS = """
(() => {
  const root = document.documentElement, faults = [], width = root.clientWidth;
  if (root.scrollWidth > width + 1) faults.push(`overflows: ${root.scrollWidth} > ${width}`);
  for (const image of document.images)
    if (!image.complete || image.naturalWidth === 0) faults.push(`no image: ${image.src}`);
  for (const wide of document.querySelectorAll("article *")) {
    const box = wide.getBoundingClientRect(), frame = wide.closest(
      "pre, table, .formula, .pst-scrollable-table-container, .sphx-glr-thumbnails, svg, math");
    if (!frame && !wide.matches(".headerlink") && box.width > 0 && box.right > width + 1)
      faults.push(`${wide.tagName}.${wide.className} ends at ${Math.round(box.right)} of ${width}`);
  }
  for (const entry of performance.getEntriesByType("resource"))
    if (!entry.name.startsWith("file:") && !entry.name.startsWith("data:"))
      faults.push(`not local: ${entry.name}`);
  if (document.body.innerText.includes("\\\\frac")) faults.push("LaTeX that was not drawn");
  return faults.slice(0, 5);
})()
"""


def executable() -> str | None:
    """Chromium or Chrome, where there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


class Browser:
    """One tab. Commands go out as JSON with a number, and the answer bears the same number."""

    def __init__(self, address: str) -> None:
        import websocket

        self.socket = websocket.create_connection(address, timeout=60)
        self.count = 0
        self.call("Page.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Send one command and wait for its answer; events are passed over."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        asked = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", **asked)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def open(self, url: str, width: int, height: int = 900) -> None:
        """Show a page at this width, and wait until it and its images have loaded."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Page.navigate", url=url)
        self._wait("document.readyState === 'complete'")
        self.evaluate("for (const i of document.images) i.loading = 'eager'")
        self._wait("[...document.images].every(i => i.complete)")

    def faults(self) -> list[str]:
        """What is broken in the page on show."""
        return list(self.evaluate(FAULTS))

    def picture(self, to: Path, height: int = 3000) -> None:
        """The page from its top, as a PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height)}
        asked = {"clip": {**clip, "scale": 1}, "captureBeyondViewport": True}
        to.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", **asked)["data"]))

    def _wait(self, condition: str, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not self.evaluate(condition):
            assert time.monotonic() < end, f"never: {condition}"
            time.sleep(0.02)


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own, ended afterwards."""
    from urllib.request import urlopen

    command = [str(executable()), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = _port(profile / "DevToolsActivePort")
            with urlopen(f"http://127.0.0.1:{port}/json", timeout=20) as pages:
                tabs = [t for t in json.load(pages) if t["type"] == "page"]
            tab = Browser(tabs[0]["webSocketDebuggerUrl"])
            with contextlib.closing(tab.socket):
                yield tab
        finally:
            process.terminate()


def _port(file: Path) -> str:
    end = time.monotonic() + 30
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < end, "Chromium did not start"
        time.sleep(0.05)
    return file.read_text().split()[0]
