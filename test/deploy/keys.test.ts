import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../../src/runtime/config/settings.js';
import { type Container, type Deployment, readManifest, textOf } from './manifests.js';

const folder = fileURLToPath(new URL('../../deploy/kubernetes/keys/', import.meta.url));
const readPatch = <T>(name: string) => parse(readFileSync(folder + name, 'utf8')) as T;

interface Component {
  readonly kind: string;
  readonly patches: readonly { readonly path: string }[];
}

type Mount = NonNullable<Container['volumeMounts']>[number] & {
  readonly subPath?: string;
  readonly readOnly?: boolean;
};

const base = readManifest<Deployment>('deployment.yaml');
const patch = readPatch<Deployment>('deployment.yaml');
const [container] = patch.spec.template.spec.containers as [Container & { name: string }];
const [volume] = patch.spec.template.spec.volumes as [{ name: string; secret: { secretName: string } }];
const [mount] = container.volumeMounts as [Mount];
const fileValue = (env: string) => container.env?.find(({ name }) => name === env)?.value ?? '';

describe('deploy/kubernetes/keys', () => {
  it('is a component of patches, which the base leaves to whoever wants keys', () => {
    const { kind, patches } = readPatch<Component>('kustomization.yaml');
    expect([kind, patches]).toEqual(['Component', [{ path: 'deployment.yaml' }]]);
    expect(textOf('kustomization.yaml')).toContain('\n# components:\n#   - keys\n');
    expect(readManifest('kustomization.yaml')).not.toHaveProperty('components');
  });

  it('lies over the Deployment and its container, and takes nothing of theirs away', () => {
    const { containers, volumes = [] } = base.spec.template.spec;
    expect(patch.metadata?.name).toBe(base.metadata?.name);
    expect(containers.map((each) => (each as Container & { name: string }).name)).toEqual([container.name]);
    expect(volumes.map(({ name }) => name)).not.toContain(volume.name);
    const known = containers.flatMap(({ env = [] }) => env.map(({ name }) => name));
    for (const { name } of container.env ?? []) expect(known).not.toContain(name);
  });

  it('has both keys in files of a Secret that can change, and the start fail without them', () => {
    const { enabled, primaryKeyFile, secondaryKeyFile } = settings.auth;
    expect(enabled.parse(fileValue(enabled.env))).toBe(true);
    expect(mount).toEqual({ name: volume.name, mountPath: expect.any(String), readOnly: true }); // and no subPath
    expect(fileValue(primaryKeyFile.env)).toBe(`${mount.mountPath}/primary`);
    expect(fileValue(secondaryKeyFile.env)).toBe(`${mount.mountPath}/secondary`);
  });

  it('is told with the command that makes the Secret', () => {
    const [command = ''] = /^kubectl create secret .*$/m.exec(textOf('README.md')) ?? [];
    expect(command).toMatch(new RegExp(`^kubectl create secret generic ${volume.secret.secretName} `));
    expect([...command.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => key)).toEqual(['primary', 'secondary']);
  });
});
