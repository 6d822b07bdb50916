import { describe, expect, it } from 'vitest';
import { allSettings } from '../../src/runtime/config/help.js';
import type { Setting } from '../../src/runtime/config/setting.js';
import { settings } from '../../src/runtime/config/settings.js';
import { route } from '../../src/runtime/http/route.js';
import {
  type Deployment,
  type HorizontalPodAutoscaler,
  type Kustomization,
  manifestFiles,
  type PodDisruptionBudget,
  readManifest,
  type Service,
  type ServiceMonitor,
  textOf,
} from './manifests.js';
import { restricted } from './pod-security.js';

const deployment = readManifest<Deployment>('deployment.yaml');
const service = readManifest<Service>('service.yaml');
const autoscaler = readManifest<HorizontalPodAutoscaler>('horizontal-pod-autoscaler.yaml');
const budget = readManifest<PodDisruptionBudget>('pod-disruption-budget.yaml');
const monitor = readManifest<ServiceMonitor>('service-monitor.yaml');
const kustomization = readManifest<Kustomization>('kustomization.yaml');

const { labels } = deployment.spec.template.metadata;
const pod = deployment.spec.template.spec;
const container = pod.containers[0]!;
const { env = [], ports = [], resources = {}, volumeMounts = [] } = container;

/** What the host in the container is told: by the manifest, or else by default. */
function settingValue<T>(setting: Setting<T>): T {
  const value = env.find(({ name }) => name === setting.env)?.value;
  return value === undefined ? setting.default : setting.parse(value)!;
}

describe('deploy/kubernetes', () => {
  it('has a file per object, named after its kind', () => {
    for (const file of manifestFiles) {
      const { kind } = readManifest(file);
      expect(file).toBe(`${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.yaml`);
    }
  });

  it('is applied whole, but for the object of a CRD, which is a line to uncomment', () => {
    const others = manifestFiles.filter((file) => !['kustomization.yaml', 'service-monitor.yaml'].includes(file));
    expect([...kustomization.resources].sort()).toEqual(others.sort());
    expect(textOf('kustomization.yaml')).toContain('\n  # - service-monitor.yaml\n');
  });

  it.each(manifestFiles)('%s names no namespace: that is for whoever applies it', (file) => {
    expect(readManifest(file).metadata ?? {}).not.toHaveProperty('namespace');
  });

  it.each([
    { who: 'the Deployment', selector: deployment.spec.selector.matchLabels },
    { who: 'the Service', selector: service.spec.selector },
    { who: 'the PodDisruptionBudget', selector: budget.spec.selector.matchLabels },
    ...(pod.topologySpreadConstraints ?? []).map(({ topologyKey, labelSelector }) => ({
      who: `the spread over ${topologyKey}`,
      selector: labelSelector.matchLabels,
    })),
  ])('$who selects the pods', ({ selector }) => {
    expect(Object.keys(selector)).not.toEqual([]);
    expect(labels).toMatchObject(selector);
  });

  it('has one port, by its name', () => {
    expect(ports.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      ['http', settingValue(settings.http.port)],
    ]);
    expect(service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(['http']);
    for (const { httpGet } of [container.livenessProbe!, container.readinessProbe!]) expect(httpGet?.port).toBe('http');
  });

  it('has the ServiceMonitor find the Service, its port and the route of the metrics', () => {
    const { selector, endpoints } = monitor.spec;
    expect(Object.keys(selector.matchLabels)).not.toEqual([]);
    expect(service.metadata.labels).toMatchObject(selector.matchLabels);
    expect(endpoints.map(({ path }) => route(path)?.name)).toEqual(['metrics']);
    expect(service.spec.ports.map(({ name }) => name)).toContain(endpoints[0]?.port);
  });
});

describe('the pod', () => {
  it.each([
    ['livenessProbe', 'health'],
    ['readinessProbe', 'ready'],
  ] as const)('%s asks the route %s', (probe, name) => {
    expect(route(container[probe]?.httpGet?.path ?? '')?.name).toBe(name);
  });

  it('may drain for as long as the host does, with seconds to spare', () => {
    const seconds = pod.terminationGracePeriodSeconds ?? 30; // Kubernetes' default
    const preStop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const delay = settingValue(settings.http.drainDelayMs) / 1000;
    const grace = settingValue(settings.http.drainGraceMs) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(preStop + delay + grace + 5);
    expect(preStop + delay, 'time for balancers to hear of it').toBeGreaterThanOrEqual(5);
  });

  it.each(env)('$name is a setting, with one of its values', ({ name, value }) => {
    const setting = allSettings().find((each) => each.env === name);
    expect(setting?.parse(value)).not.toBe(undefined);
  });

  it('is told nothing by Services beside it, nor would its own', () => {
    expect(pod.enableServiceLinks).toBe(false);
    const variablesOfService = `${service.metadata.name.toUpperCase().replaceAll('-', '_')}_`;
    const taken = allSettings().filter((setting) => setting.env.startsWith(variablesOfService));
    expect(taken.map((setting) => setting.env)).toEqual([]);
  });

  it('cannot take the memory of others, and its threads have a limit', () => {
    const { requests, limits } = resources;
    expect(requests?.memory).toMatch(/^\d+[MG]i$/);
    expect(limits?.memory).toBe(requests?.memory);
    expect(limits?.cpu !== undefined || settingValue(settings.models.intraOpThreads) > 0).toBe(true);
  });

  it('has a read-only root, a folder for temporary files of limited size, and no token', () => {
    expect(container.securityContext?.readOnlyRootFilesystem).toBe(true);
    expect(pod.automountServiceAccountToken).toBe(false);
    const mount = volumeMounts.find(({ mountPath }) => mountPath === '/tmp');
    expect(pod.volumes?.find(({ name }) => name === mount?.name)).toMatchObject({
      emptyDir: { sizeLimit: expect.stringMatching(/^\d+[MG]i$/) },
    });
  });

  it('runs as the user of the image', () => expect(pod.securityContext?.runAsUser).toBe(1000));
});

describe.each(restricted)('the Pod Security Standard "restricted": $name', ({ holds, violations }) => {
  it('holds', () => expect(holds(pod)).toBe(true));

  it.each(violations.map((violate, i) => ({ violate, i })))('is told apart from violation $i', ({ violate }) => {
    const broken = structuredClone(pod);
    violate(broken);
    expect(holds(broken)).toBe(false);
  });
});

describe('replicas', () => {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics } = autoscaler.spec;

  it('are the autoscaler’s alone to set, for this Deployment', () => {
    const { apiVersion, kind, metadata } = deployment;
    expect(scaleTargetRef).toEqual({ apiVersion, kind, name: metadata?.name });
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  it('are two or more, and fewer than the most', () => {
    expect(minReplicas).toBeGreaterThanOrEqual(2);
    expect(maxReplicas).toBeGreaterThan(minReplicas);
  });

  it('grow before the CPU limit stops the growth of what is measured', () => {
    const [metric] = metrics.map(({ resource }) => resource);
    expect(metric?.name).toBe('cpu');
    const targetCpus = (cpus(resources.requests?.cpu) * (metric?.target.averageUtilization ?? Number.NaN)) / 100;
    expect(targetCpus).toBeLessThan(cpus(resources.limits?.cpu ?? 'Infinity'));
  });

  it('may go one at a time at the least, and never all', () => {
    const evictable = evictions(budget.spec, minReplicas);
    expect(evictable).toBeGreaterThanOrEqual(1);
    expect(evictable).toBeLessThan(minReplicas);
  });

  it('are not fewer during a rollout', () => {
    expect(String(deployment.spec.strategy.rollingUpdate.maxUnavailable)).toMatch(/^0%?$/);
  });
});

/** CPUs of a quantity such as `500m` or `2`. Without one there is no utilisation. */
function cpus(quantity = 'none'): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
}

/** Healthy pods that may be evicted at once; percentages are rounded up, as Kubernetes does. */
function evictions({ minAvailable, maxUnavailable }: PodDisruptionBudget['spec'], replicas: number): number {
  const pods = (value: number | string) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseFloat(value) / 100) * replicas);
  return maxUnavailable === undefined ? replicas - pods(minAvailable ?? Number.NaN) : pods(maxUnavailable);
}
