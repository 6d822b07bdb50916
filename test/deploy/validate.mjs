// The manifests of deploy/kubernetes/ against the schemas of Kubernetes: npm run test:kubernetes
//
// kubernetes-validate brings the schemas of many versions, so no cluster is needed. In strict mode it refuses fields that a
// version does not know, which a cluster would drop. The oldest version is the one that deploy/kubernetes/README.md names.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { pythonEnvironment } from '../support/python-environment.mjs';

const KUBERNETES_VALIDATE = '1.37.0';
/** What the schemas of Kubernetes do not have. */
const SKIPPED = {
  'monitoring.coreos.com/v1': 'a CRD of the Prometheus operator, whose schema is not among them',
  'kustomize.config.k8s.io/v1beta1': 'read by kustomize, never by a cluster',
};
const RUN_MS_MAX = 60_000;

const folder = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));
const run = promisify(execFile);

function oldestVersion() {
  const [, version] = /Kubernetes (\d+\.\d+) or newer/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
  if (version === undefined) throw new Error('README.md does not say which Kubernetes is the oldest.');
  return version;
}

async function newestVersion(bin) {
  const code = 'import kubernetes_validate; print(kubernetes_validate.latest_version())';
  const { stdout } = await run(join(bin, 'python'), ['-c', code], { timeout: RUN_MS_MAX });
  return stdout.split('.', 2).join('.');
}

/**
 * @returns what is wrong, or undefined. It must say that the file passed, and for this version: where it has no schema of a
 * kind it only warns, and where it has none of a version it takes an older one.
 */
async function problemOf(bin, file, version) {
  const args = ['-k', version, '--strict', join(folder, file)];
  try {
    const { stdout } = await run(join(bin, 'kubernetes-validate'), args, { timeout: RUN_MS_MAX });
    return new RegExp(`^INFO .* against version ${version}\n$`).test(stdout) ? undefined : stdout.trim();
  } catch (error) {
    return `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || String(error);
  }
}

const bin = await pythonEnvironment(`kubernetes-validate-${KUBERNETES_VALIDATE}`, [
  `kubernetes-validate==${KUBERNETES_VALIDATE}`,
]);
const versions = [oldestVersion(), await newestVersion(bin)];
let checks = 0;
const problems = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  const { apiVersion, kind } = parse(readFileSync(join(folder, file), 'utf8'));
  if (apiVersion in SKIPPED) {
    console.log(`skipped   ${file}: ${kind} of ${apiVersion}, ${SKIPPED[apiVersion]}`);
    continue;
  }
  for (const version of versions) {
    const problem = await problemOf(bin, file, version);
    checks++;
    console.log(`${problem === undefined ? 'ok       ' : 'FINDINGS '} ${file}, Kubernetes ${version}`);
    if (problem !== undefined) problems.push(problem);
  }
}
for (const problem of problems) console.log(problem);
console.log(`${checks} checks, ${problems.length} with findings`);
process.exitCode = checks === 0 || problems.length > 0 ? 1 : 0;
