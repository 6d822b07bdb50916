"""What a user does with `az ml online-endpoint` and `online-deployment`, each with `--local`. Called by run.mjs.

The az extension hands these commands to azure-ai-ml. Here that is called directly, with the YAML files that az would be
given. It needs no account for them: MLClient asks for nothing when it is made, and everything with `local=True` goes to
_LocalEndpointHelper and _LocalDeploymentHelper, which talk to the Docker engine.
"""

import loopback_only  # isort: skip. Before whatever might reach other machines.

import argparse
import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import docker
from azure.ai.ml import MLClient, load_online_deployment, load_online_endpoint
from azure.ai.ml._local_endpoints import AzureMlImageContext
from azure.ai.ml.exceptions import LocalEndpointInFailedStateError, LocalEndpointNotFoundError
from azure.ai.ml.operations import _local_deployment_helper

HERE = Path(__file__).parent
LOG_LINES = 5000
PORT = 5001


@dataclass(frozen=True)
class Served:
    """A deployment that must answer."""

    name: str
    # What the host says that it serves.
    log: str
    answer: object


class Report:
    """Prints each check as it is made, and counts them."""

    def __init__(self):
        self.checks = 0
        self.findings = 0

    def check(self, what, holds, found=""):
        self.checks += 1
        self.findings += 0 if holds else 1
        print(f"ok        {what}" if holds else f"FINDINGS  {what}: {found}", flush=True)

    def same(self, what, found, expected):
        self.check(what, found == expected, f"{found!r}, expected {expected!r}")


class NoAccount:
    """A credential that nobody may use."""

    def get_token(self, *scopes, **_options):
        loopback_only.strangers.add(f"a token for {scopes}")
        raise PermissionError("There is no account.")


class Local:
    """The client's calls with local=True, as az makes them, for one endpoint; and the engine, to look at what they do."""

    def __init__(self, endpoint, images, folder):
        self.endpoint = endpoint
        self.folder = folder
        self.engine = docker.from_env()
        self._volumes = set()
        self._images = images
        client = MLClient(NoAccount(), "00000000-0000-0000-0000-000000000000", "no-group", "no-workspace")
        self._endpoints = client.online_endpoints
        self._deployments = client.online_deployments

    def load(self, file, **changes):
        """`-f FILE --set …`: the endpoint and the images have names of this run."""
        own = {"endpoint_name": self.endpoint, "environment.image": self._images[file]}
        return load_online_deployment(self.folder / f"{file}.yml", params_override=[{**own, **changes}])

    def create_endpoint(self):
        endpoint = load_online_endpoint(self.folder / "endpoint.yml", params_override=[{"name": self.endpoint}])
        return self._endpoints.begin_create_or_update(endpoint, local=True)

    def show_endpoint(self):
        return self._endpoints.get(self.endpoint, local=True)

    def list_endpoints(self):
        return [each for each in self._endpoints.list(local=True) if each.name == self.endpoint]

    def delete_endpoint(self):
        self._endpoints.begin_delete(self.endpoint, local=True)

    def create(self, deployment):
        try:
            return self._deployments.begin_create_or_update(deployment, local=True)
        finally:
            self._volumes.update(mount["Name"] for mount in self.mounts("volume"))

    def show(self, name):
        return self._deployments.get(name, self.endpoint, local=True)

    def list_deployments(self):
        # OnlineDeploymentOperations.list does not hand on for which endpoint: it lists all of this machine.
        listed = self._deployments.list(self.endpoint, local=True)
        return [each for each in listed if each.endpoint_name == self.endpoint]

    def invoke(self, request, **options):
        return self._endpoints.invoke(self.endpoint, request_file=self.folder / request, local=True, **options)

    def logs(self, name, lines=LOG_LINES):
        return self._deployments.get_logs(name, self.endpoint, lines, local=True)

    def delete(self, name):
        self._deployments.begin_delete(name, self.endpoint, local=True)

    def containers(self):
        return self.engine.containers.list(all=True, filters={"label": f"endpoint={self.endpoint}"})

    def mounts(self, kind):
        return [mount for each in self.containers() for mount in each.attrs["Mounts"] if mount["Type"] == kind]

    def clean(self):
        """Removes what the client leaves, and what it would have removed had nothing gone wrong.

        It leaves a volume of each deployment: DockerClient._reformat_volumes hands docker-py 'FROM:TO:z', which mounts that,
        and makes a volume besides for the folder 'TO:z'.
        """
        for container in self.containers():
            container.remove(force=True, v=True)
        for name in self._volumes:
            try:
                self.engine.volumes.get(name).remove()
            except docker.errors.NotFound:
                pass

    def exit_code(self, container, since):
        """Of a container that may be gone."""
        filters = {"container": container.id, "event": "die"}
        until = int(time.time()) + 1
        events = list(self.engine.events(since=since, until=until, filters=filters, decode=True))
        return int(events[-1]["Actor"]["Attributes"]["exitCode"]) if events else None


@contextmanager
def without_code_mended():
    """The client with its one bug mended that concerns us.

    _LocalDeploymentHelper._create_deployment says str(None) for a code folder that is not there, and AzureMlImageContext
    takes 'None' for a folder: it asks for the name of its script, which is a TypeError. 1.11 had no such str, 1.20 has.
    https://github.com/Azure/azure-sdk-for-python/issues/42995
    """

    def image_context(*, yaml_code_directory_path, **others):
        folder = "" if yaml_code_directory_path == "None" else yaml_code_directory_path
        return AzureMlImageContext(yaml_code_directory_path=folder, **others)

    with mock.patch.object(_local_deployment_helper, "AzureMlImageContext", image_context):
        yield


def check_served(report, local, served):
    """Creates a deployment, calls it in all ways that az has, and deletes it."""
    deployment = local.load(served.name)
    report.same(f"{served.name}: create", local.create(deployment).provisioning_state, "Succeeded")
    [container] = local.containers()
    host_port = container.ports[f"{PORT}/tcp"][0]["HostPort"]

    check_shown(report, local, served.name, "Succeeded")
    uri = local.show_endpoint().scoring_uri
    report.same(f"{served.name}: the scoring URI has the published port", uri, f"http://localhost:{host_port}/score")
    for route, status in routes_of(deployment, host_port):
        report.same(f"{served.name}: {route}", status, 200)

    report.same(f"{served.name}: invoke", json.loads(local.invoke("request.json")), served.answer)
    by_name = local.invoke("request.json", deployment_name=served.name)
    report.same(f"{served.name}: invoke --deployment-name", json.loads(by_name), served.answer)
    # _LocalEndpointHelper.invoke prints the body whatever the status is, so the body has to tell what is wrong.
    refusal = local.invoke("wrong-request.json")
    told = "/data/0: expected an array of 10, got an array of 3"
    report.check(f"{served.name}: invoke tells what is wrong with a request", told in refusal, refusal)

    logs = local.logs(served.name)
    model_dir = f"/var/azureml-app/azureml-models/{deployment.model.name}/{deployment.model.version}"
    log = served.log.format(model_dir=model_dir)
    report.check(f"{served.name}: get-logs says that it {log}", log in logs and "POST /score 200" in logs, logs)
    last = local.logs(served.name, lines=1)
    report.check(f"{served.name}: get-logs --lines 1", last.count("\n") == 1 and "POST /score" in last, last)

    delete_and_check(report, local, served.name, container)


def check_shown(report, local, name, state):
    """What show and list say of a deployment that is the endpoint's only one."""
    shown = local.show(name)
    report.same(f"{name}: online-deployment show says {state}", (shown.name, shown.provisioning_state), (name, state))
    report.same(f"{name}: online-endpoint show says {state}", local.show_endpoint().provisioning_state, state)
    listed = [(each.name, each.provisioning_state) for each in local.list_deployments()]
    report.same(f"{name}: online-deployment list says {state}", listed, [(name, state)])
    listed = [(each.name, each.provisioning_state) for each in local.list_endpoints()]
    report.same(f"{name}: online-endpoint list says {state}", listed, [(local.endpoint, state)])


def routes_of(deployment, host_port):
    """The probes that Azure makes of a deployment. The client makes none: a container that has not exited is well."""
    config = deployment.environment.inference_config
    for name in ("liveness_route", "readiness_route"):
        route = getattr(config, name)
        url = f"http://localhost:{host_port}{route.path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:
                yield f"{name}, {route.path}", reply.status
        except urllib.error.URLError as error:
            yield f"{name}, {route.path}", error


def delete_and_check(report, local, name, container):
    """A host that does not end on SIGTERM is killed after 10 s, which is 137, and the client would not tell."""
    since = int(time.time())
    local.delete(name)
    report.same(f"{name}: delete leaves no container", local.containers(), [])
    report.same(f"{name}: delete, exit code of the host", local.exit_code(container, since), 0)
    try:
        local.show(name)
        report.check(f"{name}: show after delete", False, "it is shown")
    except LocalEndpointNotFoundError:
        report.check(f"{name}: show after delete", True)


def check_started(report, local):
    """That the client still does what the other checks are about."""
    name = "code-and-model"
    [container] = local.containers()
    variables = dict(variable.split("=", 1) for variable in container.attrs["Config"]["Env"])
    # AzureMlImageContext puts '/NAME/VERSION' behind a path that ends in a slash.
    model_dir = "/var/azureml-app/azureml-models//diabetes/1"
    report.same(f"{name}: AZUREML_MODEL_DIR", variables["AZUREML_MODEL_DIR"], model_dir)
    report.same(f"{name}: AML_APP_ROOT", variables["AML_APP_ROOT"], "/var/azureml-app/onlinescoring/")
    report.same(f"{name}: AZUREML_ENTRY_SCRIPT", variables["AZUREML_ENTRY_SCRIPT"], "score.ts")
    mounts = {mount["Destination"]: (mount["Source"], mount["RW"]) for mount in local.mounts("bind")}
    expected = {
        "/var/azureml-app/azureml-models/diabetes/1": (str(local.folder / "model"), True),
        "/var/azureml-app/onlinescoring": (str(local.folder / "onlinescoring"), True),
    }
    report.same(f"{name}: mounts", mounts, expected)


def check_without_code(report, local, answer):
    """A model alone: as the client is, as it should be, and as it can be used meanwhile."""
    try:
        local.create(local.load("model-alone"))
        report.check("model-alone: the client's bug is there", False, "mended: without_code_mended() can go")
    except TypeError as error:
        report.check("model-alone: the client's bug is there", "NoneType" in str(error), error)
    log = "runs the model {model_dir}/diabetes.onnx"
    with without_code_mended():
        check_served(report, local, Served("model-alone", log, answer))
    check_served(report, local, Served("model-alone-today", log, answer))


def check_broken_entry(report, local, answer):
    """An entry module that cannot be loaded, which the user then mends; its endpoint is deleted with what is in it."""
    name = "code-and-model"
    broken = local.load(name, **{"code_configuration.code": "broken"})
    try:
        local.create(broken)
        report.check("broken entry: create fails", False, "it did not")
    except LocalEndpointInFailedStateError as error:
        report.check("broken entry: create fails, and points to the logs", "getting logs" in str(error), error)
    check_shown(report, local, name, "Failed")
    [container] = local.containers()
    report.same("broken entry: exit code", container.attrs["State"]["ExitCode"], 3)
    logs = local.logs(name)
    for part in (
        "scorehost cannot start: init() failed: Cannot find the model 'diabetis'",
        "at /var/azureml-app/broken/score.ts:6:27",
        "/var/azureml-app/azureml-models/diabetes/1\r\n    diabetes.onnx\r\n",
        "Fix: ",
        "Exit code 3, MODEL_INVALID: ",
    ):
        report.check(f"broken entry: get-logs says {part!r}", part in logs, logs)

    updated = local.create(local.load(name))
    report.same("broken entry, mended: update", updated.provisioning_state, "Succeeded")
    check_started(report, local)
    report.same("broken entry, mended: invoke", json.loads(local.invoke("request.json")), answer)
    local.delete_endpoint()
    report.same("online-endpoint delete leaves no container", local.containers(), [])
    report.same("online-endpoint delete leaves no endpoint", local.list_endpoints(), [])


def lay_out(folder, entry):
    """The folder that a user calls az in. The host runs as another user than the owner, who must be able to read it."""
    os.umask(0o022)
    for name in ("model", "onlinescoring", "broken", "nothing"):
        (folder / name).mkdir()
    for deployment in (HERE / "deployments").iterdir():
        shutil.copyfile(deployment, folder / deployment.name)
    shutil.copyfile(entry / "diabetes.onnx", folder / "model/diabetes.onnx")
    shutil.copyfile(entry / "score.ts", folder / "onlinescoring/score.ts")
    shutil.copyfile(entry / "request.json", folder / "request.json")
    (folder / "nothing/README.md").write_text("The image has all that is needed.\n")
    (folder / "wrong-request.json").write_text('{"data": [[1, 2, 3]]}')
    code = (entry / "score.ts").read_text()
    (folder / "broken/score.ts").write_text(code.replace("modelPath('diabetes')", "modelPath('diabetis')"))


def mounted_files(folder):
    """The client's mounts are writable, and the host must not write there."""
    names = ("model", "onlinescoring", "broken", "nothing")
    return {path: path.stat().st_mtime_ns for name in names for path in (folder / name).rglob("*")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True, help="a name that no other local endpoint has")
    parser.add_argument("--image", required=True, help="the plain image")
    parser.add_argument("--user-image", required=True, help="the image with the entry module inside")
    parser.add_argument("--entry", type=Path, required=True, help="entry-scripts/diabetes")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder")
    arguments = parser.parse_args()

    images = dict.fromkeys(["code-and-model", "model-alone", "model-alone-today"], arguments.image)
    images["user-image"] = arguments.user_image
    folder = arguments.folder.resolve()
    lay_out(folder, arguments.entry)
    files = mounted_files(folder)
    of_module = json.loads((arguments.entry / "response.json").read_text())
    of_model = {"prediction": of_module}

    report = Report()
    local = Local(arguments.endpoint, images, folder)
    try:
        report.same("online-endpoint create", local.create_endpoint().name, local.endpoint)
        check_served(report, local, Served("user-image", "calls run() of /var/azureml-app/score.ts", of_module))
        log = "calls run() of /var/azureml-app/onlinescoring/score.ts"
        check_served(report, local, Served("code-and-model", log, of_module))
        check_without_code(report, local, of_model)
        check_broken_entry(report, local, of_module)
    finally:
        local.clean()
    report.same("files in mounted folders that were written", mounted_files(folder), files)
    report.same("whatever is outside this machine and was asked for", loopback_only.strangers, set())
    print(f"{report.checks} checks, {report.findings} with findings")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
