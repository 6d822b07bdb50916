import { HostError } from '../errors.js';
import type { BaseFact } from '../runtime/base.js';
import { readConfig } from '../runtime/config/read.js';
import type { Config } from '../runtime/config/settings.js';
import { type Diagnosis, diagnose, type ProviderDiagnosis } from '../runtime/doctor.js';
import { exitCodeOf, printReport } from './report.js';

const USAGE = `Usage: scorehost doctor [options]

Tells what this machine or container has for the host and its models: Node, C library, user, CPUs, memory, execution providers
with the libraries that each needs, TensorFlow; and what would happen with the settings that hold. It changes nothing.

Settings are those of scorehost serve, by flag, environment or config file. Exit code 3: a model could not be loaded with
them, or the host cannot run here at all. For an entry module or model: scorehost serve ENTRY --check
`;

const ENTRY_FIX = 'Leave it out, or have it loaded: scorehost serve ENTRY --check';

const GIBIBYTE = 2 ** 30;

/** `scorehost doctor`: what is there for models, on stdout. */
export async function doctor(args: readonly string[]): Promise<void> {
  try {
    const { config, help, entry, warnings } = await readConfig(args);
    if (help) return void process.stdout.write(USAGE);
    if (entry !== undefined)
      throw new HostError('USAGE_INVALID', `doctor looks at no entry, got ${entry}.`, { fix: ENTRY_FIX });
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    const diagnosis = await diagnose(config);
    process.stdout.write(`${report(diagnosis, config)}\n`);
    process.exitCode = diagnosis.stops ? 3 : 0;
  } catch (error) {
    printReport(error);
    process.exitCode = exitCodeOf(error);
  }
}

function report(diagnosis: Diagnosis, { pool }: Config): string {
  const { version, node, platform, base, cpu, plan, memory, onnxRuntime, providers, tensorFlow, verdict, fixes } =
    diagnosis;
  const sections = [
    [`scorehost ${version} on Node ${node}, ${platform}`],
    ['Base', ...base.map(baseLine)],
    [
      'CPUs and memory',
      `  CPUs     ${cpu.cpus} (the system has ${cpu.available} for this process, the quota is ${cpu.quota ?? 'none'})`,
      `  workers  ${pool.workers}, each computes with ${counted(plan.intraOpThreads, 'thread')}, which ${plan.allowSpinning ? 'spin while they wait' : 'sleep while they wait'}`,
      `  memory   ${memory.limitBytes === undefined ? 'no limit' : `a limit of ${gibibytes(memory.limitBytes)}`}, the machine has ${gibibytes(memory.machineBytes)}`,
      ...(memory.workerHeapMebibytes === undefined
        ? []
        : [`  heap     of JavaScript, ${heapText(memory.workerHeapMebibytes)}`]),
    ],
    [`ONNX Runtime ${onnxRuntime}`, ...providers.flatMap(providerLines)],
    ['TensorFlow', `  ${tensorFlow}`],
    ['With these settings', ...verdict.map((line) => `  ${line}`)],
    ...(fixes.length > 0 ? [['To do', ...fixes.map((fix) => `  - ${fix}`)]] : []),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function heapText(heap: number | 'chosen'): string {
  return heap === 'chosen' ? "as Node's options say" : `up to ${heap} MiB in each worker`;
}

function baseLine({ what, found, problem }: BaseFact): string {
  return `  ${what.padEnd(10)} ${found}${problem === undefined ? '' : `: ${problem}`}`;
}

function providerLines({ name, trial, table }: ProviderDiagnosis): string[] {
  const standing = trial.runs ? 'runs' : `cannot be had: ${trial.reason}`;
  const indented = table.split('\n').map((line) => `  ${line}`);
  return [`  ${name.padEnd(8)} ${standing}`, ...(table === '' ? [] : indented)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
}
