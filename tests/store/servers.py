"""An S3-compatible server on this machine, for as long as a test needs it."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from fsspec import get_filesystem_class
from fsspec.core import url_to_fs
from moto.server import ThreadedMotoServer

BUCKET = "news"


@contextlib.contextmanager
def s3_server(patch: pytest.MonkeyPatch, host: str = "127.0.0.1") -> Iterator[str]:
    """Starts the server on a free port with an empty bucket `news`; gives its address, and sets it for clients."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address=host, port=0, verbose=False)
    server.start()
    try:
        address = f"http://{host}:{server.get_host_and_port()[1]}"
        for name, value in settings(address).items():
            patch.setenv(name, value)
        # The servers of a process share what they hold, and a client made before knows another server's address.
        urlopen(Request(f"{address}/moto-api/reset", method="POST"), timeout=60).close()
        get_filesystem_class("s3").clear_instance_cache()
        url_to_fs(f"s3://{BUCKET}")[0].mkdir(BUCKET)
        yield address
    finally:
        server.stop()
        get_filesystem_class("s3").clear_instance_cache()


def settings(address: str) -> dict[str, str]:
    """What a client of the server needs in its environment."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    return {**keys, "AWS_ENDPOINT_URL": address, "NO_PROXY": os.environ.get("NO_PROXY", "") + ",127.0.0.1"}
