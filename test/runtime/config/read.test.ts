import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/errors.js';
import { readConfig } from '../../../src/runtime/config/read.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** The config of a command line in an environment of nothing but `env`, with an app root that holds `files`. */
async function read(args: readonly string[], env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const appRoot = temporaryFolder(files);
  return { ...(await readConfig(args, { AML_APP_ROOT: appRoot, ...env })), appRoot };
}

/** What a command line is refused with. */
async function refusal(...given: Parameters<typeof read>): Promise<Pick<HostError, 'code' | 'message'>> {
  const error = await read(...given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HostError);
  const { code, message } = error as HostError;
  return { code, message };
}

describe('precedence', () => {
  const file = { 'config.json': '{"WORKER_COUNT": 4, "SERVICE_NAME": "from file"}' };
  it.each<[string, readonly string[], Record<string, string>, Record<string, string>, number]>([
    ['flag, over all others', ['--worker_count', '2'], { WORKER_COUNT: '3' }, file, 2],
    ['environment, over the file', [], { WORKER_COUNT: '3' }, file, 3],
    ['file, over the default', [], {}, file, 4],
    ['default', [], {}, {}, 1],
    ['a variable that is empty is none', [], { WORKER_COUNT: '' }, file, 4],
  ])('%s', async (_, args, env, files, workers) => {
    expect((await read(args, env, files)).config.pool.workers).toBe(workers);
  });

  it('holds for each setting alone', async () => {
    const { config } = await read(['--worker_count', '2'], {}, file);
    expect([config.pool.workers, config.service.name]).toEqual([2, 'from file']);
  });
});

describe('flags', () => {
  it.each([
    [['--worker_count', '2']],
    [['--worker-count', '2']],
    [['--worker_count=2']],
    [['--worker-count=2']],
    [['--worker_count', '1', '--worker-count', '2']],
    [['--worker_count', ' 2 ']],
  ])('%j', async (args) => expect((await read(args)).config.pool.workers).toBe(2));

  it('leave what is behind = alone', async () => {
    expect((await read(['--model_dir=a_b=c_d'])).config.entry.modelDir).toBe('a_b=c_d');
  });

  it('may stand before and behind ENTRY, which wins over --entry_script', async () => {
    const { config } = await read(['--entry_script', 'a.ts', 'b.ts', '--port', '0'], { AZUREML_ENTRY_SCRIPT: 'c.ts' });
    expect([config.entry.entry, config.http.port]).toEqual(['b.ts', 0]);
  });

  it('--help and --check are told apart', async () => {
    expect(await read(['-h'])).toMatchObject({ help: true, check: false });
    expect(await read(['--check'])).toMatchObject({ help: false, check: true });
  });

  it.each([
    [['--worker_cuont', '2'], 'There is no flag --worker-cuont.'],
    [['--model_dir'], 'The flag --model-dir needs a value, as in --model-dir=VALUE.'],
    [['--model_dir', '--check'], 'The flag --model-dir needs a value, as in --model-dir=VALUE.'],
    [['score.ts', 'other.ts'], 'One ENTRY is served, got score.ts other.ts.'],
    [['--port=http'], "SCOREHOST_PORT from --port is 'http', but must be a whole number from 0 to 65535."],
    [['--log-format=xml'], "SCOREHOST_LOG_FORMAT from --log_format is 'xml', but must be text, json."],
  ])('%j is refused', async (args, message) => {
    expect(await refusal(args)).toEqual({ code: 'USAGE_INVALID', message });
  });

  it('--help is understood beside what is wrong', async () => {
    expect(await read(['--help', '--port', 'x'], { WORKER_COUNT: 'x' }, { 'config.json': '[' })).toMatchObject({
      help: true,
    });
  });
});

describe('the config file', () => {
  it.each<[string, string, string]>([
    [
      'JSON',
      'c.json',
      '{\n\t"WORKER_COUNT": 3,\n\t"SERVICE_VERSION": "1.0",\n\t"AML_CORS_ORIGINS": "https://a,https://b"\n}',
    ],
    [
      'YAML',
      'c.yaml',
      "# how it is served\nWORKER_COUNT: 3\nSERVICE_VERSION: 1.0\nAML_CORS_ORIGINS:\n  - https://a\n  - 'https://b'\n",
    ],
  ])('%s', async (_, name, content) => {
    const { config } = await read(['--config_file', name], {}, { [name]: content });
    expect(config.pool.workers).toBe(3);
    expect(config.service.version).toBe('1.0');
    expect(config.http.corsOrigins).toEqual(['https://a', 'https://b']);
  });

  it('has an object where a setting is one, and only there', async () => {
    const options = { graphOptimizationLevel: 'basic', extra: { 'session.set_denormal_as_zero': true } };
    const content = JSON.stringify({ SCOREHOST_SESSION_OPTIONS: options });
    expect((await read([], {}, { 'config.json': content })).config.models.sessionOptions).toEqual(options);
    const fromEnv = await read(
      [],
      { SCOREHOST_SESSION_OPTIONS: '{"logSeverityLevel": 4}' },
      { 'config.json': content },
    );
    expect(fromEnv.config.models.sessionOptions).toEqual({ logSeverityLevel: 4 });
    await expect(read([], {}, { 'config.json': '{"WORKER_COUNT": {"a": 1}}' })).rejects.toThrow(/WORKER_COUNT must be/);
    for (const text of ['[1]', '1', 'null', '{"a"']) {
      await expect(read([], { SCOREHOST_SESSION_OPTIONS: text })).rejects.toThrow(/must be an object in JSON\./);
    }
  });

  it('is named by the variable, too, from the app root on', async () => {
    const { config } = await read([], { AZUREML_CONFIG_FILE: 'deep/c.yaml' }, { 'deep/c.yaml': 'WORKER_COUNT: 3' });
    expect(config.pool.workers).toBe(3);
  });

  it.each([
    ['missing', {}],
    ['empty', { 'config.json': '' }],
    ['blank', { 'config.json': '\n  \n' }],
    ['a comment', { 'config.json': '# nothing yet\n' }],
    ['null for a value', { 'config.json': '{"WORKER_COUNT": null}' }],
  ])('is no file where it is %s', async (_, files) => {
    const { config, warnings } = await read([], { AZUREML_CONFIG_FILE: '' }, files as Record<string, string>);
    expect(config.pool.workers).toBe(1);
    expect(warnings).toEqual([]);
  });

  it('knows true and false as words and as values', async () => {
    const { config } = await read(
      [],
      {},
      { 'config.json': '{"SEPERATE_HEALTH_ENDPOINT": true, "SERVER_VERSION_LOG_RESPONSE_ENABLED": "FALSE"}' },
    );
    expect([config.http.separateHealthPort, config.http.serverVersionHeader]).toEqual([true, false]);
  });

  it.each([
    ['[1]', /must be an object of settings/],
    ['"text"', /must be an object of settings/],
    ['{"WORKER_COUNT": {"a": 1}}', /WORKER_COUNT must be a text, a number, true, false or a list/],
    ['{"WORKER_COUNT": 1', /at line 1, column 19/],
    ['{"WORKER_COUNT": 1, "WORKER_COUNT": 2}', /unique/],
    [
      '{"WORKER_COUNT": 1.5}',
      /^WORKER_COUNT from .*config\.json is '1\.5', but must be a whole number from 1 to 1024\.$/,
    ],
  ])('is refused: %s', async (content, message) => {
    const error = await refusal([], {}, { 'config.json': content });
    expect(error).toEqual({ code: 'SETTING_INVALID', message: expect.stringMatching(message) });
  });

  it('is refused where it is a folder', async () => {
    const error = await refusal([], { AZUREML_CONFIG_FILE: '.' });
    expect(error).toEqual({ code: 'SETTING_INVALID', message: expect.stringMatching(/^Cannot read .*: EISDIR/) });
  });

  const mistyped = { 'c.yaml': 'worker_count: 2\nWORKER_COUNT: 3\nSCORING_TIMEOUT: 5\nAZUREML_CONFIG_FILE: x\n' };
  it.each<[string, readonly string[], Record<string, string>]>([
    ['by its flag', ['--config_file', 'c.yaml'], {}],
    ['by its variable', [], { AZUREML_CONFIG_FILE: 'c.yaml' }],
  ])('that is named %s warns of keys that are no settings', async (_, args, env) => {
    const { warnings, appRoot } = await read(args, env, mistyped);
    expect(warnings).toEqual(
      ['worker_count', 'SCORING_TIMEOUT'].map(
        (key) =>
          `${key} in ${join(appRoot, 'c.yaml')} is no setting, and is ignored: settings are named by their variables, see --help.`,
      ),
    );
  });

  it('that is named and missing is warned of', async () => {
    const { warnings, appRoot } = await read(['--config_file', 'none.json']);
    expect(warnings).toEqual([
      `The config file ${join(appRoot, 'none.json')} does not exist: all other settings hold.`,
    ]);
  });

  it('that only lies there may be about something else', async () => {
    expect((await read([], {}, { 'config.json': '{"model_type": "bert"}' })).warnings).toEqual([]);
  });
});

describe('a logging.json of the reference', () => {
  it('in the app root is warned of: it is for Python', async () => {
    const { warnings, appRoot } = await read([], {}, { 'logging.json': '{"version": 1}' });
    expect(warnings).toEqual([
      `${join(appRoot, 'logging.json')} sets up the logging of Python, and has no meaning here: see AZUREML_LOG_LEVEL, SCOREHOST_LOG_FORMAT.`,
    ]);
  });
});

describe('values', () => {
  it('are trimmed', async () => {
    const { config } = await read([], {
      SERVICE_NAME: ' a b ',
      WORKER_COUNT: '\t2\n',
      AML_CORS_ORIGINS: ' https://a , ,https://b ',
    });
    expect([config.service.name, config.pool.workers, config.http.corsOrigins]).toEqual([
      'a b',
      2,
      ['https://a', 'https://b'],
    ]);
  });

  it.each([
    ['WORKER_COUNT', '1'],
    ['WORKER_COUNT', '1024'],
    ['SCORING_TIMEOUT_MS', '0'],
    ['SCORING_TIMEOUT_MS', '+2147483647'],
    ['SEPERATE_HEALTH_ENDPOINT', 'True'],
    ['SEPERATE_HEALTH_ENDPOINT', '0'],
    ['AZUREML_LOG_LEVEL', 'DEBUG'],
  ])('%s takes %s', async (name, value) => expect((await read([], { [name]: value })).warnings).toEqual([]));

  it.each([
    ['WORKER_COUNT', '0', 'a whole number from 1 to 1024'],
    ['WORKER_COUNT', '1025', 'a whole number from 1 to 1024'],
    ['WORKER_COUNT', '1e1', 'a whole number from 1 to 1024'],
    ['WORKER_COUNT', '0x2', 'a whole number from 1 to 1024'],
    ['WORKER_COUNT', ' ', 'a whole number from 1 to 1024'],
    ['SCORING_TIMEOUT_MS', '-1', 'a whole number from 0 to 2147483647'],
    ['SCOREHOST_PORT', '65536', 'a whole number from 0 to 65535'],
    ['SCOREHOST_MAX_CONCURRENT_REQUESTS', '9007199254740993', 'a whole number, 1 or more'],
    ['SCORING_TIMEOUT_MS', 'soon', 'a whole number from 0 to 2147483647'],
    ['SEPERATE_HEALTH_ENDPOINT', 'yes', 'true or false'],
    ['SCOREHOST_RETRY', 'never', 'on, off'],
  ])('%s refuses %j', async (name, value, range) => {
    expect(await refusal([], { [name]: value })).toEqual({
      code: 'SETTING_INVALID',
      message: `${name} from the environment is '${value}', but must be ${range}.`,
    });
  });

  it('of a flag are refused with its name, as a mistake of usage', async () => {
    expect(await refusal(['--port=-1'])).toEqual({
      code: 'USAGE_INVALID',
      message: "SCOREHOST_PORT from --port is '-1', but must be a whole number from 0 to 65535.",
    });
  });

  it('cannot be changed once they are read', async () => {
    const { config } = await read([]);
    expect(Object.isFrozen(config)).toBe(true);
    for (const section of Object.values(config)) {
      expect(Object.isFrozen(section)).toBe(true);
      for (const value of Object.values(section)) expect(Object.isFrozen(value)).toBe(true);
    }
  });
});

describe('settings that are lists of known words', () => {
  it.each([
    ['cuda,cpu', ['cuda', 'cpu']],
    [' TensorRT , CUDA ', ['tensorrt', 'cuda']],
    ['CUDAExecutionProvider', ['cuda']],
    ['CPUExecutionProvider', ['cpu']],
  ])('take %s', async (text, providers) =>
    expect((await read([], { SCOREHOST_EXECUTION_PROVIDERS: text })).config.models.executionProviders).toEqual(
      providers,
    ),
  );

  it.each(['gpu', 'cuda,', 'cuda,cuda', 'constructor'])('refuse %s', (text) =>
    expect(read([], { SCOREHOST_EXECUTION_PROVIDERS: text })).rejects.toThrow(
      /must be cpu, cuda, tensorrt, or several/,
    ),
  );
});

describe('--batch', () => {
  it.each([
    ['auto', 'auto'],
    ['OFF', 'off'],
    ['64', 64],
  ])('takes %s', async (text, batch) => expect((await read(['--batch', text])).config.models.batch).toBe(batch));

  it.each(['0', '4097', '1.5', 'on'])('refuses %s', (text) =>
    expect(read(['--batch', text])).rejects.toThrow(/must be auto, off or a whole number from 1 to 4096\./),
  );
});
