"""The protocol that the contestants of `lab bench` share, in lines of JSON over standard input and output.

The first line is the task: a network's list of boxes, batch size, phase, precision, constants of training. The answer is
one line of facts. Then every line is one command, answered by one line:

- {"turn": n}: does n steps on batches prepared in advance; {"seconds", "cpuSeconds", "idleCpuSeconds", "loss"}
- {"memory": true}: {"peakRss", "rss"} in bytes
- {"step": file}: does one step on the images and labels of a safetensors file; {"loss"}
- {"logits": file}: {"logits"} of the images of such a file, in inference

A contestant ends with its input.
"""
import json
import resource
import struct
import sys
import time

import numpy

# Batches that a contestant goes through in turn.
PREPARED_BATCHES = 4


def say(**facts):
    print(json.dumps(facts), flush=True)


def read_task():
    return json.loads(sys.stdin.readline())


def prepared_batches(task):
    """Random images in [-1, 1] and labels, as ours has them."""
    random = numpy.random.default_rng(1)
    network, batch = task["network"], task["batch"]
    shape, classes = network["nodes"][0]["shape"], network["classes"]
    return [
        (random.uniform(-1, 1, (batch, *shape)).astype("float32"), random.integers(0, classes, batch))
        for _ in range(PREPARED_BATCHES)
    ]


def same_padding(size, kernel, stride):
    """Rows before and after, as TensorFlow pads to ceil(size / stride) outputs."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def read_safetensors(file):
    """Every tensor of a safetensors file, by name."""
    with open(file, "rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8))
        header = json.loads(opened.read(length))
        data = opened.read()
    header.pop("__metadata__", None)
    return {
        name: numpy.frombuffer(data, "<f4", offset=entry["data_offsets"][0], count=int(numpy.prod(entry["shape"])))
        .reshape(entry["shape"])
        .copy()
        for name, entry in header.items()
    }


def serve(contestant):
    """Answers commands until the input ends."""
    idle_since = time.process_time()
    for line in sys.stdin:
        command = json.loads(line)
        if "turn" in command:
            say(**take_turn(contestant, command["turn"], time.process_time() - idle_since))
        elif "memory" in command:
            say(**memory())
        elif "step" in command:
            tensors = read_safetensors(command["step"])
            batch = contestant.prepare(tensors["images"], tensors["labels"].astype("int64"))
            say(loss=float(contestant.step(batch)))
        else:
            images = read_safetensors(command["logits"])["images"]
            say(logits=contestant.logits(images).astype("float64").ravel().tolist())
        idle_since = time.process_time()


def take_turn(contestant, steps, idle):
    start, cpu_start = time.perf_counter(), time.process_time()
    for _ in range(steps):
        loss = contestant.next()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    return {"seconds": seconds, "cpuSeconds": cpu, "idleCpuSeconds": idle, "loss": float(loss)}


def memory():
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peakRss": peak * 1024, "rss": pages * resource.getpagesize()}
