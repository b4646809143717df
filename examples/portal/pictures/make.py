#!/usr/bin/env python3
"""Takes the pictures of the README: of the portal, in headless Chromium, through ChromeDriver.

  cargo build -p portal && python3 examples/portal/pictures/make.py target/debug/portal
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

EMAIL, PASSWORD = "ada@example.com", "enchantress of numbers"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
PAGES = [
    ("account", "/account"),
    ("devices", "/account/devices"),
    ("activity", "/account/activity"),
    ("password", "/account/password"),
    ("admin", "/admin"),
    ("admin-user", "/admin/users/1"),
]


def started(program, line, **options):
    """A program that says where it listens, and what it says."""
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
    for said in child.stdout:
        if line in said:
            return child, said.split(line)[1].strip().rstrip(".")
    sys.exit(f"{program[0]} does not start")


class Browser:
    def __init__(self, port):
        self.at = f"http://127.0.0.1:{port}"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        options = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}}
        self.at += "/session/" + self.ask("POST", "/session", options)["sessionId"]

    def ask(self, method, path, body=None):
        body = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.at + path, body, {"content-type": "application/json"}, method=method)
        return json.load(urllib.request.urlopen(request))["value"]

    def command(self, name, **params):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": params})

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def go(self, address):
        self.ask("POST", "/url", {"url": address})

    def submit(self, button, **fields):
        for name, value in fields.items():
            self.run(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")
        self.run(f"document.querySelector({json.dumps(button)}).click()")
        time.sleep(1)

    def picture(self, name):
        size = {"width": 640, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", height=100, **size)
        height = self.run("return document.querySelector('main').getBoundingClientRect().bottom")
        self.command("Emulation.setDeviceMetricsOverride", height=round(height) - 20, **size)
        taken = self.command("Page.captureScreenshot", format="png")["data"]
        Path(__file__).with_name(name + ".png").write_bytes(base64.b64decode(taken))


def take(browser, site):
    form = urllib.parse.urlencode({"email": EMAIL, "password": PASSWORD, "remember": "on"}).encode()
    # With cookies, for a login whose cookies never come back is no device.
    phone = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    phone.open(urllib.request.Request(site + "/login", form, {"user-agent": PHONE, "accept": "text/html"}))
    for name, path in [("home", "/"), ("login", "/login?next=/account"), ("register", "/register")]:
        browser.go(site + path)
        browser.picture(name)
    browser.go(site + "/login?next=/account")
    browser.submit("main button", email=EMAIL, password=PASSWORD)
    for name, path in PAGES:
        browser.go(site + path)
        browser.picture(name)
    browser.go(site + "/account/keys")
    browser.submit("main button", name="backup")
    browser.picture("keys")


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        settings = {"LISTEN": "127.0.0.1:0", "ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD}
        portal, site = started([program], "listening on ", cwd=folder, env={**os.environ, **settings})
        driver, port = started(["chromedriver", "--port=0"], "started successfully on port ")
        try:
            browser = Browser(port)
            take(browser, site)
            browser.ask("DELETE", "")
        finally:
            driver.kill()
            portal.kill()


if __name__ == "__main__":
    main()
