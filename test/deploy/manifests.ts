import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

export type Labels = Readonly<Record<string, string>>;

/** What any object has. A kustomization has no metadata. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name: string; readonly labels?: Labels };
}

export interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number | string } };
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

/** Of pods, and of containers; where both say something, the container's holds. */
export interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  procMount?: string;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type: string };
  appArmorProfile?: { type: string };
  seLinuxOptions?: Record<string, string>;
  windowsOptions?: { hostProcess?: boolean };
  sysctls?: { name: string; value: string }[];
}

/** A probe, or what a lifecycle hook does. */
export interface Action {
  httpGet?: { path: string; port: string | number; host?: string };
  tcpSocket?: { port: string | number; host?: string };
  sleep?: { seconds: number };
}

export interface Container {
  image: string;
  env?: { name: string; value: string }[];
  ports?: { name: string; containerPort: number; hostPort?: number }[];
  livenessProbe?: Action;
  readinessProbe?: Action;
  startupProbe?: Action;
  lifecycle?: { preStop?: Action; postStart?: Action };
  resources?: Partial<Record<'requests' | 'limits', { cpu?: string; memory?: string }>>;
  securityContext?: SecurityContext;
  volumeMounts?: { name: string; mountPath: string }[];
}

export interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  enableServiceLinks?: boolean;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: SecurityContext;
  topologySpreadConstraints?: { topologyKey: string; labelSelector: { matchLabels: Labels } }[];
  initContainers?: Container[];
  containers: Container[];
  /** A name, and one key more: the type. */
  volumes?: Record<string, unknown>[];
}

export interface Service extends Manifest {
  readonly metadata: { readonly name: string; readonly labels: Labels };
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string | number }[];
  };
}

export interface HorizontalPodAutoscaler extends Manifest {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly {
      readonly resource: { readonly name: 'cpu' | 'memory'; readonly target: { readonly averageUtilization: number } };
    }[];
  };
}

export interface PodDisruptionBudget extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

export interface ServiceMonitor extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly endpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

export interface Kustomization extends Manifest {
  readonly resources: readonly string[];
}

export const manifestFiles = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

export function textOf(file: string): string {
  return readFileSync(`${folder}${file}`, 'utf8');
}

/** The one object in a file. @throws where there are several, or a key stands there twice. */
export function readManifest<T extends Manifest>(file: string): T {
  return parse(textOf(file)) as T;
}
