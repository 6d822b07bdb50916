import { readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { settings } from '../../src/runtime/config/settings.js';
import { docker } from './docker.js';

const image = inject('image');
const nodeImage = inject('nodeImage');

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly WorkingDir: string;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

const megabytesOf = async (name: string) =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', name)) / 1e6;

/** @returns what a command writes in a container of the image. */
const sh = (command: string) => docker('run', '--rm', '--entrypoint', 'sh', image, '-c', command);

describe('the image', async () => {
  const config = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', image)) as ImageConfig;

  it('starts the host itself, as a user that Kubernetes can tell from root', () => {
    expect(config.Entrypoint).toEqual(['scorehost', 'serve']);
    expect(config.Cmd ?? []).toEqual([]);
    expect(config.User).toBe('1000:1000');
    expect(config.Healthcheck.Test).toEqual(['CMD', 'scorehost', 'health']);
  });

  it('has the ports and places of the reference', () => {
    expect(Object.keys(config.ExposedPorts)).toEqual([`${settings.http.port.default}/tcp`]);
    expect(config.WorkingDir).toBe('/var/azureml-app');
    expect(config.Env).toEqual(
      expect.arrayContaining(['NODE_ENV=production', 'SCOREHOST_HOST=0.0.0.0', 'AML_APP_ROOT=/var/azureml-app']),
    );
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'scorehost',
      'org.opencontainers.image.version': version,
    });
  });

  it('adds at most 90 MB to its base', async () => {
    const added = (await megabytesOf(image)) - (await megabytesOf(nodeImage));
    console.log(`the image adds ${added.toFixed(0)} MB`);
    expect(added).toBeGreaterThan(40); // or ONNX Runtime is missing
    expect(added).toBeLessThanOrEqual(90);
  });

  it('has no package manager, no compiler, no sources, and nothing for other platforms', async () => {
    expect(await sh('command -v npm npx corepack yarn tsc gcc python3 || true')).toBe('');
    expect(await sh('ls /opt/scorehost')).toBe('dist\nnode_modules\npackage.json');
    expect(await sh('ls -d /opt/scorehost/node_modules/typescript /opt/scorehost/node_modules/vitest || true')).toBe(
      '',
    );
    const platforms = await sh('cd /opt/scorehost/node_modules/onnxruntime-node/bin/napi-v*; ls; ls linux');
    expect(platforms).toBe(`linux\n${process.arch}`);
    expect(await sh("find / -xdev -name '*.map' -path '*scorehost*' | head")).toBe('');
  });

  it('can be read by every user, whoever has checked it out', async () => {
    expect(await sh('find /opt/scorehost ! -perm -o=r | head')).toBe('');
  });

  it('belongs to root: what runs in it cannot change it', async () => {
    expect(await sh('find /opt/scorehost /var/azureml-app -xdev -writable | head')).toBe('');
  });

  it('says its version, and what it can do', async () => {
    expect(await docker('run', '--rm', '--entrypoint', 'scorehost', image, '--version')).toMatch(/^scorehost\/\d/);
    const doctor = await docker('run', '--rm', '--read-only', '--entrypoint', 'scorehost', image, 'doctor');
    expect(doctor).toMatch(/\n {2}C library +glibc 2\./);
    expect(doctor).toMatch(/\n {2}user +1000\n/);
    expect(doctor).toMatch(/\n {2}address +0\.0\.0\.0, port 5001\n/);
    expect(doctor).toMatch(/\n {2}cpu +runs\n/);
  });
});
