"""Keras's side of `lab bench --peers`: compiled to TensorFlow graphs, mixed_bfloat16 for bfloat16. See lines.py."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy
import tensorflow

from kerasNetwork import keras_network, load_values
from lines import prepared_batches, read_safetensors, read_task, say, serve


class KerasPeer:
    def __init__(self, task):
        self.task, self.training = task, task["training"]
        if task["precision"] == "bfloat16":
            keras.config.set_dtype_policy("mixed_bfloat16")
        decay, epsilon = self.training["batchNormDecay"], task["batchNormEpsilon"]
        self.model = keras_network(task["network"], decay, epsilon)
        if "weights" in task:
            load_values(self.model, read_safetensors(task["weights"]))
        self.compile()
        self.batches = [self.prepare(*batch) for batch in prepared_batches(task)]
        self.turn = 0

    def compile(self):
        constants = self.training["optimizer"]
        optimizer = keras.optimizers.RMSprop(
            learning_rate=constants["learningRate"],
            rho=constants["decay"],
            momentum=constants["momentum"],
            epsilon=constants["epsilon"],
            use_ema=True,
            ema_momentum=self.training["averageDecay"],
        )
        smoothing = self.training["labelSmoothing"] if self.task["phase"] == "training" else 0
        loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
        self.model.compile(optimizer, loss)

    def prepare(self, images, labels):
        return images, numpy.eye(self.task["network"]["classes"], dtype="float32")[labels]

    def next(self):
        batch = self.batches[self.turn % len(self.batches)]
        self.turn += 1
        return self.step(batch) if self.task["phase"] == "training" else self.model.test_on_batch(*batch)

    def step(self, batch):
        # Keras gives the running mean of the losses since the last reset.
        self.model.reset_metrics()
        return self.model.train_on_batch(*batch)

    def logits(self, images):
        return numpy.asarray(self.model.predict_on_batch(images)).astype("float32")


peer = KerasPeer(read_task())
say(
    versions={"keras": keras.__version__, "tensorflow": tensorflow.__version__},
    threads=tensorflow.config.threading.get_intra_op_parallelism_threads() or os.cpu_count(),
    parameters=sum(int(numpy.prod(variable.shape)) for variable in peer.model.trainable_variables),
)
serve(peer)
