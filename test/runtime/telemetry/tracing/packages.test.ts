import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exporterPackage, sdkPackage } from '../../../../src/runtime/telemetry/tracing/otlp.js';
import { findPackage, openTelemetryOf } from '../../../../src/runtime/telemetry/tracing/packages.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

/** A folder in which a package of this version is installed. */
function folderWith(name: string, version: string): string {
  return temporaryFolder({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, main: 'main.js' }),
    [`node_modules/${name}/main.js`]: `exports.version = '${version}';`,
  });
}

/** A host that has no packages of its own. */
const bareHost = join(temporaryFolder(), 'host.js');

describe('findPackage()', () => {
  it('finds what lies beside the host, with what that brings along', () => {
    const { api, sdk, resources } = openTelemetryOf(findPackage(sdkPackage, []));
    expect(api.trace).toBeDefined();
    expect(new sdk.NodeTracerProvider({ resource: resources.defaultResource() }).getTracer('x')).toBeDefined();
  });

  it('finds what lies in one of the folders, and passes over one that does not fit', () => {
    const folders = [folderWith(sdkPackage.name, '1.30.1'), folderWith(sdkPackage.name, '2.99.0')];
    const require = findPackage(sdkPackage, folders, bareHost);
    expect(require(sdkPackage.name)).toEqual({ version: '2.99.0' });
  });

  it.each([
    ['is not installed', () => [temporaryFolder()]],
    ['is there in version 0.57.2, which does not fit', () => [folderWith(exporterPackage.name, '0.57.2')]],
  ])('says that a package %s, and what to install where', (state, folders) => {
    const [folder] = folders() as [string];
    const expected = `the package ${exporterPackage.name} ${state}: run in ${folder}: npm install @opentelemetry/api@`;
    expect(() => findPackage(exporterPackage, [folder], bareHost)).toThrow(expected);
  });
});
