import type { Action, Container, PodSpec, SecurityContext } from './manifests.js';

/** A control of the Pod Security Standard "restricted". */
export interface Control {
  readonly name: string;
  readonly holds: (pod: PodSpec) => boolean;
  /** Edits of a pod, each of which the control forbids: they show that `holds` can tell. */
  readonly violations: readonly ((pod: PodSpec) => void)[];
}

const VOLUME_TYPES = 'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' ');

/**
 * Every control of the standard, those of its level "baseline" included. Where that has a list of harmless values for what
 * no inference host needs (SELinux options, sysctls), only the absence is accepted here.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const restricted: readonly Control[] = [
  {
    name: 'HostProcess',
    holds: (pod) => contexts(pod).every(({ windowsOptions }) => !windowsOptions?.hostProcess),
    violations: [(pod) => Object.assign(contextOf(pod), { windowsOptions: { hostProcess: true } })],
  },
  {
    name: 'Host Namespaces',
    holds: ({ hostNetwork, hostPID, hostIPC }) => !hostNetwork && !hostPID && !hostIPC,
    violations: (['hostNetwork', 'hostPID', 'hostIPC'] as const).map((key) => (pod) => {
      pod[key] = true;
    }),
  },
  {
    name: 'Privileged Containers',
    holds: (pod) => containers(pod).every(({ securityContext }) => !securityContext?.privileged),
    violations: [(pod) => Object.assign(contextOf(first(pod)), { privileged: true })],
  },
  {
    name: 'Host Ports',
    holds: (pod) => containers(pod).every(({ ports = [] }) => ports.every(({ hostPort = 0 }) => hostPort === 0)),
    violations: [(pod) => Object.assign(first(pod).ports?.[0] ?? {}, { hostPort: 5001 })],
  },
  {
    name: 'Host Probes / Lifecycle Hooks',
    holds: (pod) =>
      containers(pod)
        .flatMap(actions)
        .every(({ httpGet, tcpSocket }) => !httpGet?.host && !tcpSocket?.host),
    violations: [
      (pod) => Object.assign(first(pod).livenessProbe?.httpGet ?? {}, { host: '192.0.2.1' }),
      (pod) => Object.assign(first(pod).lifecycle ?? {}, { postStart: { tcpSocket: { port: 80, host: '192.0.2.1' } } }),
    ],
  },
  {
    name: 'AppArmor',
    holds: (pod) =>
      contexts(pod).every(({ appArmorProfile: p }) => !p || ['RuntimeDefault', 'Localhost'].includes(p.type)),
    violations: [(pod) => Object.assign(contextOf(pod), { appArmorProfile: { type: 'Unconfined' } })],
  },
  {
    name: 'SELinux',
    holds: (pod) => contexts(pod).every(({ seLinuxOptions }) => seLinuxOptions === undefined),
    violations: [(pod) => Object.assign(contextOf(pod), { seLinuxOptions: { type: 'spc_t' } })],
  },
  {
    name: '/proc Mount Type',
    holds: (pod) => contexts(pod).every(({ procMount = 'Default' }) => procMount === 'Default'),
    violations: [(pod) => Object.assign(contextOf(first(pod)), { procMount: 'Unmasked' })],
  },
  {
    name: 'Sysctls',
    holds: (pod) => contexts(pod).every(({ sysctls = [] }) => sysctls.length === 0),
    violations: [(pod) => Object.assign(contextOf(pod), { sysctls: [{ name: 'kernel.msgmax', value: '1' }] })],
  },
  {
    name: 'Volume Types',
    holds: ({ volumes = [] }) =>
      volumes.every(({ name: _, ...types }) => Object.keys(types).every((type) => VOLUME_TYPES.includes(type))),
    violations: [(pod) => pod.volumes?.push({ name: 'host', hostPath: { path: '/' } })],
  },
  {
    name: 'Privilege Escalation',
    holds: (pod) => containers(pod).every(({ securityContext: c }) => c?.allowPrivilegeEscalation === false),
    violations: [(pod) => delete contextOf(first(pod)).allowPrivilegeEscalation],
  },
  {
    name: 'Running as Non-root',
    holds: (pod) => effective(pod, 'runAsNonRoot').every((value) => value === true),
    violations: [
      (pod) => delete contextOf(pod).runAsNonRoot,
      (pod) => Object.assign(contextOf(first(pod)), { runAsNonRoot: false }),
    ],
  },
  {
    name: 'Running as Non-root user',
    holds: (pod) => contexts(pod).every(({ runAsUser }) => runAsUser !== 0),
    violations: [(pod) => Object.assign(contextOf(pod), { runAsUser: 0 })],
  },
  {
    name: 'Seccomp',
    holds: (pod) =>
      effective(pod, 'seccompProfile').every(
        (p) => p !== undefined && ['RuntimeDefault', 'Localhost'].includes(p.type),
      ),
    violations: [
      (pod) => delete contextOf(pod).seccompProfile,
      (pod) => Object.assign(contextOf(first(pod)), { seccompProfile: { type: 'Unconfined' } }),
    ],
  },
  {
    name: 'Capabilities',
    holds: (pod) =>
      containers(pod)
        .map(({ securityContext }) => securityContext?.capabilities)
        .every((c) => c?.drop?.includes('ALL') && (c.add ?? []).every((name) => name === 'NET_BIND_SERVICE')),
    violations: [
      (pod) => Object.assign(contextOf(first(pod)), { capabilities: { drop: ['NET_RAW'] } }),
      (pod) => Object.assign(contextOf(first(pod)), { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
    ],
  },
];

function containers({ initContainers = [], containers }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

function first({ containers: [container] }: PodSpec): Container {
  if (container === undefined) throw new Error('The pod has no container.');
  return container;
}

/** To be edited: made where there is none. */
function contextOf(owner: { securityContext?: SecurityContext }): SecurityContext {
  owner.securityContext ??= {};
  return owner.securityContext;
}

/** The pod's own, and that of every container. */
function contexts(pod: PodSpec): SecurityContext[] {
  return [pod, ...containers(pod)].map(({ securityContext = {} }) => securityContext);
}

/** What holds for each container. */
function effective<K extends keyof SecurityContext>(pod: PodSpec, key: K) {
  return containers(pod).map(({ securityContext }) => securityContext?.[key] ?? pod.securityContext?.[key]);
}

function actions({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): Action[] {
  const all = [livenessProbe, readinessProbe, startupProbe, lifecycle?.preStop, lifecycle?.postStart];
  return all.filter((action) => action !== undefined);
}
