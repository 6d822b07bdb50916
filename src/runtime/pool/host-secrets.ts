/**
 * Variables of the front's environment that no worker inherits: the settings that are marked `secret`, which a test
 * compares. Not asked of the table, as the first worker is started before that is loaded.
 */
export const hostSecrets: readonly string[] = [
  'SCOREHOST_PRIMARY_KEY',
  'SCOREHOST_SECONDARY_KEY',
  'AML_MODEL_DC_STORAGE',
];
