import type { LoadHook, ResolveHook } from 'node:module';
import { compileModule } from './compile.js';
import { resolveHostPackage, resolveTypeScriptStyle } from './resolve.js';

/** The hooks of `hooks.ts`, as Node 20 wants them: asynchronous, in a thread of their own. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const url = resolveHostPackage(specifier);
  if (url) return { url, shortCircuit: true };
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const found = resolveTypeScriptStyle(specifier, context.parentURL);
    if (found) return { url: found, shortCircuit: true };
    throw error;
  }
};

export const load: LoadHook = async (url, context, nextLoad) => {
  const compiled = compileModule(url);
  return compiled ? { ...compiled, shortCircuit: true } : nextLoad(url, context);
};
