"""Runs cells in the TypeScript kernel, interrupts some of them, and prints what each cell put out as JSON.

Argument: a file with a JSON list of {"code": text, "interruptAt": text or null, "interrupts": count}. A cell with
"interruptAt" is interrupted once its outputs contain that text; until a cell is done the next one waits.
"""

import json
import sys
import time

from jupyter_client import KernelManager

SECONDS_PER_CELL = 120


def text_of(content):
    data = content.get("data", {})
    return content.get("text", "") + "".join(str(value) for value in data.values())


def run(client, manager, cell):
    message_id = client.execute(cell["code"])
    outputs = []
    waiting_for = cell.get("interruptAt")
    until = time.monotonic() + SECONDS_PER_CELL
    while time.monotonic() < until:
        message = client.get_iopub_msg(timeout=SECONDS_PER_CELL)
        kind = message["msg_type"]
        if kind in ("stream", "display_data", "update_display_data"):
            outputs.append({"kind": kind, "time": time.monotonic(), "text": text_of(message["content"])})
        if waiting_for and outputs and waiting_for in outputs[-1]["text"]:
            waiting_for = None
            for _ in range(cell.get("interrupts", 1)):
                manager.interrupt_kernel()
                time.sleep(0.3)
        is_idle = kind == "status" and message["content"]["execution_state"] == "idle"
        if is_idle and message["parent_header"].get("msg_id") == message_id:
            return {"status": status_of_reply(client, message_id), "outputs": outputs}
    return {"status": "timeout", "outputs": outputs}


def status_of_reply(client, message_id):
    while True:
        reply = client.get_shell_msg(timeout=SECONDS_PER_CELL)
        if reply["parent_header"].get("msg_id") == message_id:
            return reply["content"]["status"]


def main(path):
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)
    manager = KernelManager(kernel_name="tslab")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        results = [run(client, manager, cell) for cell in cells]
        print(json.dumps({"cells": results, "isAlive": manager.is_alive()}))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


main(sys.argv[1])
