# Stands in for NVIDIA's images where they cannot be pulled: the same libraries, where the loader finds them. The driver is in
# neither: it comes from the machine.
ARG NODE_IMAGE=node:24-bookworm-slim

# --- node: what all images of a run of the tests are made on. They take its label over, by which they are removed ---
FROM ${NODE_IMAGE} AS node
LABEL scorehost-gpu-test=""

# --- libraries: those of CUDA and cuDNN, from the Python wheels PACKAGES ---
FROM node AS libraries
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip
ARG PACKAGES
# hadolint ignore=DL3013,SC2086
RUN python3 -m pip install --quiet --no-cache-dir --no-deps --target /wheels ${PACKAGES} \
  && mkdir /libraries \
  && find /wheels -name 'lib*.so*' -exec mv -t /libraries {} +

# --- cuda ---
FROM node AS cuda
# It has no Node of its own, as NVIDIA's.
RUN rm -rf /usr/local/bin/* /usr/local/lib/node_modules
COPY --from=libraries /libraries /usr/local/lib/nvidia
RUN echo /usr/local/lib/nvidia >/etc/ld.so.conf.d/nvidia.conf && ldconfig

# --- stubs: libraries with the names of TensorRT's, which are not to be had as wheels, and nothing in them ---
FROM node AS stubs
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
WORKDIR /libraries
RUN for name in libnvinfer.so.10 libnvinfer_plugin.so.10 libnvonnxparser.so.10; do \
    gcc -shared -nostdlib -Wl,-soname,"$name" -o "$name" -x c /dev/null || exit 1; \
  done

# --- tensorrt ---
FROM cuda AS tensorrt
COPY --from=stubs /libraries /usr/local/lib/nvidia
RUN ldconfig
