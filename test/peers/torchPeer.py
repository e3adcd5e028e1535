"""PyTorch's side of `lab bench --peers`: eager, channels_last, autocast for bfloat16. See lines.py."""
import contextlib

import torch
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from lines import prepared_batches, read_safetensors, read_task, say, serve
from torchNetwork import TorchNetwork, load_values


class TorchPeer:
    def __init__(self, task):
        self.task, self.training = task, task["training"]
        self.network = TorchNetwork(task["network"], self.training["batchNormDecay"], task["batchNormEpsilon"])
        if "weights" in task:
            load_values(self.network, read_safetensors(task["weights"]))
        self.network = self.network.to(memory_format=torch.channels_last)
        if task["phase"] == "training":
            self.prepare_training()
        self.batches = [self.prepare(*batch) for batch in prepared_batches(task)]
        self.turn = 0

    def prepare_training(self):
        constants = self.training["optimizer"]
        self.optimizer = torch.optim.RMSprop(
            self.network.parameters(),
            lr=constants["learningRate"],
            alpha=constants["decay"],
            eps=constants["epsilon"],
            momentum=constants["momentum"],
        )
        average = get_ema_multi_avg_fn(self.training["averageDecay"])
        self.averaged = AveragedModel(self.network, multi_avg_fn=average)

    def prepare(self, images, labels):
        return channels_last(images), torch.from_numpy(labels)

    def autocast(self):
        if self.task["precision"] == "bfloat16":
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def next(self):
        batch = self.batches[self.turn % len(self.batches)]
        self.turn += 1
        return self.step(batch) if self.task["phase"] == "training" else self.evaluate(batch)

    def step(self, batch):
        images, labels = batch
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        with self.autocast():
            smoothing = self.training["labelSmoothing"]
            loss = functional.cross_entropy(self.network(images), labels, label_smoothing=smoothing)
        loss.backward()
        self.optimizer.step()
        self.averaged.update_parameters(self.network)
        return loss.item()

    def evaluate(self, batch):
        images, labels = batch
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            return functional.cross_entropy(self.network(images), labels).item()

    def logits(self, images):
        self.network.eval()
        with torch.inference_mode(), self.autocast():
            return self.network(channels_last(images)).float().numpy()


def channels_last(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


peer = TorchPeer(read_task())
parameters = sum(parameter.numel() for parameter in peer.network.parameters())
say(versions={"torch": torch.__version__}, threads=torch.get_num_threads(), parameters=parameters)
serve(peer)
