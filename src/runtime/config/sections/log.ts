import { integer, oneOf, type Settings } from '../setting.js';

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  readonly format: 'text' | 'json';
  readonly access: 'on' | 'off' | 'errors';
  readonly accessPerSecondMax: number;
}

export const logSettings: Settings<LogConfig> = {
  level: oneOf({
    env: 'AZUREML_LOG_LEVEL',
    flag: 'log_level',
    default: 'info',
    values: ['debug', 'info', 'warning', 'error', 'critical'],
    help: 'Least severe lines that are logged.',
  }),
  format: oneOf({
    env: 'SCOREHOST_LOG_FORMAT',
    flag: 'log_format',
    default: 'text',
    values: ['text', 'json'],
    help: 'How log lines are written: for a person, or one JSON object a line.',
  }),
  access: oneOf({
    env: 'SCOREHOST_ACCESS_LOG',
    default: 'on',
    values: ['on', 'off', 'errors'],
    help: 'Which requests have a line in the log: all, none, or those answered with 400 or more, or cut off.',
  }),
  accessPerSecondMax: integer({
    env: 'SCOREHOST_ACCESS_LOG_PER_SECOND',
    default: 1_000,
    min: 0,
    help: 'Such lines a second; a line says how many more there were. 0: all. Those of 500 and more are never left out, but 503 is.',
  }),
};
