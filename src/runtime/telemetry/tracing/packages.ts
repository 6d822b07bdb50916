import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Sdk from '@opentelemetry/sdk-trace-node';
import { findManifests } from '../../../optional-package.js';

/** An optional package, in the versions that the host can use. */
export interface OptionalPackage {
  readonly name: string;
  /** What its version begins with. */
  readonly versions: RegExp;
  /** One that works, to be installed. */
  readonly install: string;
}

/** What OpenTelemetry itself is needed for, of whoever has it. */
export interface OpenTelemetry {
  readonly api: typeof import('@opentelemetry/api');
  readonly sdk: typeof Sdk;
  readonly resources: Resources;
}

/** Of `@opentelemetry/resources`, which the SDK brings along. */
interface Resources {
  readonly envDetector: unknown;
  defaultResource(): Resource;
  resourceFromAttributes(attributes: Readonly<Record<string, string>>): Resource;
  detectResources(options: { readonly detectors: readonly unknown[] }): Resource;
}

/** What the spans are of: this service. */
export type Resource = NonNullable<Sdk.TracerConfig['resource']>;

/** A package that is not there, or cannot be used. Its message says what to install. */
export class PackageMissing extends Error {}

/**
 * Looks for a package beside these folders, and where the host has its own.
 *
 * @throws {PackageMissing}
 */
export function findPackage(wanted: OptionalPackage, folders: readonly string[], host?: string): NodeJS.Require {
  const { name, versions, install } = wanted;
  const found: string[] = [];
  for (const manifest of findManifests(name, folders, host)) {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    if (versions.test(version)) return createRequire(manifest);
    found.push(version);
  }
  const state = found.length > 0 ? `is there in version ${found[0]}, which does not fit` : 'is not installed';
  const where = folders[0] === undefined ? '' : ` in ${folders[0]}`;
  throw new PackageMissing(`the package ${name} ${state}: run${where}: npm install ${install}`);
}

/**
 * @param require - Of a package that has the SDK below it. What that brings along is asked from it: it need not lie in the
 *   same `node_modules`.
 */
export function openTelemetryOf(require: NodeJS.Require): OpenTelemetry {
  const requireOfSdk = createRequire(require.resolve('@opentelemetry/sdk-trace-base/package.json'));
  return {
    api: require('@opentelemetry/api') as OpenTelemetry['api'],
    sdk: require('@opentelemetry/sdk-trace-node') as typeof Sdk,
    resources: requireOfSdk('@opentelemetry/resources') as Resources,
  };
}
