import os

import litserve
import numpy
import onnxruntime


class Predict(litserve.LitAPI):
    def setup(self, device):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options)

    def decode_request(self, request):
        return numpy.array(request["data"], dtype=numpy.float32)

    # A call has one row here; rows of several calls are run together.
    def batch(self, inputs):
        return numpy.concatenate(inputs)

    def predict(self, data):
        return self.session.run(None, {"data": data})[0]

    def unbatch(self, output):
        return [row[None] for row in output]

    def encode_response(self, output):
        return output.tolist()


if __name__ == "__main__":
    # 32 rows as the host has it. A millisecond is the shortest wait that is of use: without one the worker asks its queue
    # again and again, and takes a core for it while there is nothing to do; with 5 a lone caller waits for as long.
    api = Predict(max_batch_size=32, batch_timeout=0.001, api_path="/score")
    server = litserve.LitServer(
        api,
        accelerator="cpu",
        workers_per_device=int(os.environ["PROCESSES"]),
        fast_queue=True,  # ZeroMQ, which its documentation has for many calls a second
    )
    server.run(
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        log_level="warning",
        generate_client_file=False,
    )
