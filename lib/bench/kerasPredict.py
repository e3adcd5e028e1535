"""Keras's side of `lab bench forward --peers`: python kerasPredict.py <application> <size> <batch>.

Builds a network of keras.applications with random weights, prints one line of JSON about itself, then answers every line
that it reads with {"seconds": ..., "cpuSeconds": ...}, the time of one `predict` on a batch prepared in advance. Ends at
the end of its input.
"""
import json
import os
import sys
import time

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy
import tensorflow


def say(**facts):
    print(json.dumps(facts), flush=True)


application, size, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
shape = (size, size, 3)
model = getattr(keras.applications, application)(weights=None, input_shape=shape)
images = numpy.random.default_rng(1).uniform(-1, 1, (batch, *shape)).astype("float32")
say(keras=keras.__version__, tensorflow=tensorflow.__version__)

for _ in sys.stdin:
    start, cpu_start = time.perf_counter(), time.process_time()
    model.predict(images, batch_size=batch, verbose=0)
    say(seconds=time.perf_counter() - start, cpuSeconds=time.process_time() - cpu_start)
