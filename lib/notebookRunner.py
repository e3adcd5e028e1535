"""Executes one notebook with the TypeScript kernel and prints what came of it as JSON; started by lib/jupyter.ts.

Arguments: path of the notebook, seconds for the whole notebook and, where the outputs are wanted, the file that the
executed notebook is written into when all cells ran.
"""

import json
import os
import re
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# tslab sends no error message of Jupyter's: the text of an error goes to stderr, also when nobody awaited the promise.
ERROR = re.compile(r"\b[A-Z]\w*(Error|Exception)\b|\bError\b|UnhandledPromiseRejection")


def stderr_of(cell):
    outputs = cell.get("outputs", [])
    return "".join(out["text"] for out in outputs if out.get("name") == "stderr").strip()


def execute(notebook, folder, seconds):
    """Returns the code cell (counted from 1) that failed and why, or None."""
    until = time.monotonic() + seconds
    started = []
    client = NotebookClient(
        notebook,
        kernel_name="tslab",
        resources={"metadata": {"path": folder}},
        record_timing=False,
        timeout_func=lambda cell: max(1, round(until - time.monotonic())),
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    reason = None
    try:
        client.execute()
    except CellTimeoutError:
        reason = f"The notebook was not finished after {seconds} s."
    except DeadKernelError:
        reason = "The kernel died."
    except CellExecutionError as error:
        reason = stderr_of(notebook.cells[started[-1]]) or str(error)
    if reason:
        return failure(notebook, started[-1] if started else 0, reason)
    for index, cell in enumerate(notebook.cells):
        text = stderr_of(cell)
        if ERROR.search(text):
            return failure(notebook, index, text)
    return None


def failure(notebook, index, text):
    number = sum(cell.cell_type == "code" for cell in notebook.cells[: index + 1])
    return {"cell": number, "text": text}


def write(notebook, path):
    partial = f"{path}.partial"
    nbformat.write(notebook, partial)
    os.replace(partial, path)


def main(path, seconds, output=None):
    notebook = nbformat.read(path, as_version=4)
    start = time.monotonic()
    error = execute(notebook, os.path.dirname(path), seconds)
    if output and error is None:
        write(notebook, output)
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    print(json.dumps({"cells": cells, "seconds": time.monotonic() - start, "error": error}))


main(os.path.abspath(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
