"""Running the application for a test: `from serving import serve`."""

import contextlib
import threading
import time

import uvicorn

from heritage_color.web.app import create


@contextlib.contextmanager
def serve(settings, port: int = 0):
    """Run the application in a thread, at a port of its own unless one is given; the address it answers at."""
    config = uvicorn.Config(create(settings), port=port, log_level="critical", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
