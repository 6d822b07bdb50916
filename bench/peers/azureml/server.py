"""azmlinfsrv as it is, but for the address: it listens on all interfaces."""
from azureml_inference_server_http import amlserver

amlserver.DEFAULT_HOST = "127.0.0.1"
amlserver.run()
