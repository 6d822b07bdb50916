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
    batch_timeout = float(os.environ.get("BT", "0.001"))
    api = Predict(max_batch_size=int(os.environ.get("BS", "32")), batch_timeout=batch_timeout, api_path="/score")
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=int(os.environ["PROCESSES"]), fast_queue=os.environ.get("FQ") == "1")
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", generate_client_file=False)
