import { asError } from '../../../errors.js';
import { Tensor } from '../../../tensor.js';
import type { ExecutionProvider } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { onnxRuntime } from './binding.js';

/** The main of a trial: exit code 0, or the reason on stdout. See `try-provider.ts`. */

/** `y = x · x`, of 2 by 2 float32, in opset 17. */
const MODEL =
  'CAgSADpAChEKAXgKAXgSAXkiBk1hdE11bBIBZ1oTCgF4Eg4KDAgBEggKAggCCgIIAmITCgF5Eg4KDAgBEggKAggCCgIIAkIECgAQEQ==';

const [provider, deviceId] = process.argv.slice(2) as [ExecutionProvider, string];
try {
  const { InferenceSession } = onnxRuntime();
  const session = await InferenceSession.create(Uint8Array.from(Buffer.from(MODEL, 'base64')), {
    executionProviders: [provider === 'cpu' ? provider : { name: provider, deviceId: Number(deviceId) }],
    // What cannot run there must not run on CPU in silence.
    ...(provider === 'cpu' ? {} : { extra: { 'session.disable_cpu_ep_fallback': '1' } }),
  });
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
  const result = Array.from(y?.data as Float32Array).join();
  if (result !== '7,10,15,22') throw new Error(`it computes wrongly: ${result}`);
} catch (error) {
  process.stdout.write(runtimeReason(asError(error).message));
  process.exitCode = 1;
}
