import { oneOf, type Settings } from '../setting.js';

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  readonly format: 'text' | 'json';
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
};
