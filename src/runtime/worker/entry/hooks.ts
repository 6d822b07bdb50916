import * as module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DIST } from '../../../package-files.js';
import { compileModule } from './compile.js';
import { resolveHostPackage, resolveTypeScriptStyle } from './resolve.js';

/**
 * Lets entry modules be TypeScript and import `scorehost` from anywhere, for `import` and `require` alike.
 *
 * Node 22.15 and newer run the hooks in this thread; Node 20 only knows hooks in a thread of their own.
 */
export function installHooks(): void {
  if (typeof module.registerHooks === 'function') {
    module.registerHooks({
      resolve(specifier, context, nextResolve) {
        const url = resolveHostPackage(specifier);
        if (url) return { url, shortCircuit: true };
        try {
          return nextResolve(specifier, context);
        } catch (error) {
          const found = resolveTypeScriptStyle(specifier, context.parentURL);
          if (found) return { url: found, shortCircuit: true };
          throw error;
        }
      },
      load(url, context, nextLoad) {
        const compiled = compileModule(url);
        return compiled ? { ...compiled, shortCircuit: true } : nextLoad(url, context);
      },
    });
    return;
  }
  module.register(pathToFileURL(join(DIST, 'runtime/worker/entry/hooks-thread.js')));
  installRequireHooks();
}

interface CommonJsLoader {
  _resolveFilename(request: string, parent: unknown, ...rest: unknown[]): string;
  _extensions: Record<string, (module: { _compile(code: string, path: string): void }, path: string) => void>;
}

/** On Node 20 `require` does not go through the hooks: its own loader is taught the same. */
function installRequireHooks(): void {
  const loader = module.Module as unknown as CommonJsLoader;
  const resolveFilename = loader._resolveFilename;
  loader._resolveFilename = function (request, parent, ...rest) {
    const url = resolveHostPackage(request);
    if (url) return fileURLToPath(url);
    try {
      return resolveFilename.call(this, request, parent, ...rest);
    } catch (error) {
      const file = (parent as { filename?: string } | undefined)?.filename;
      const found = file && resolveTypeScriptStyle(request, pathToFileURL(file).href);
      if (found) return fileURLToPath(found);
      throw error;
    }
  };
  for (const extension of ['.ts', '.cts']) {
    loader._extensions[extension] = (target, path) => {
      const compiled = compileModule(pathToFileURL(path).href);
      if (compiled?.format === 'module') throw new Error(`${path} is an ES module: import it instead of require().`);
      target._compile(compiled?.source ?? '', path);
    };
  }
}
