"""Prints the scalars of a folder of event files as JSON, as TensorBoard's own reader gives them: {tag: [[step, value]]}."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

reader = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0})
reader.Reload()
scalars = {
    tag: [[event.step, event.value] for event in reader.Scalars(tag)]
    for tag in reader.Tags()["scalars"]
}
print(json.dumps(scalars))
