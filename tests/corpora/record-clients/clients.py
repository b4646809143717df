"""What is sent from Python; prints the versions."""

import asyncio
import json
import os
import platform
import urllib.request

import aiohttp
import httpx
import requests


def to(name):
    return f"{os.environ['SITE']}/client/{name}"


async def with_aiohttp():
    async with aiohttp.ClientSession() as session:
        async with session.get(to("aiohttp/get")) as response:
            await response.read()


urllib.request.urlopen(to("urllib/get")).read()
requests.get(to("requests/get"))
requests.post(to("requests/json"), json={"a": 1})
httpx.get(to("httpx/get"))
asyncio.run(with_aiohttp())

from importlib.metadata import version  # noqa: E402

versions = {name: version(name) for name in ("aiohttp", "httpie", "httpx", "requests")}
print(json.dumps({**versions, "urllib": platform.python_version()}))
