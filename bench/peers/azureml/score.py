"""The entry script, as Azure's examples have them. It is given one call at a time: there are no batches."""
import json
import os

import numpy
import onnxruntime


def init():
    global session
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["THREADS"])
    session = onnxruntime.InferenceSession(os.environ["MODEL"], options)


def run(body):
    data = numpy.array(json.loads(body)["data"], dtype=numpy.float32)
    return session.run(None, {"data": data})[0].tolist()
