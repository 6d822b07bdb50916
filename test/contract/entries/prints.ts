/** What becomes of console output and of what is written past it. */
export function init() {
  console.log('init print');
  console.info('init info');
  console.warn('init warning');
}

export function run(data: string) {
  console.log('run print', data);
  process.stderr.write('to stderr\n');
  process.stdout.write('raw stdout write\n');
  console.error('run error');
  return 'ok';
}
