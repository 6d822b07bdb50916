/** The parts of a connection string that nobody may read, and all of it. None of an empty one. */
export function connectionSecrets(connection: string): string[] {
  const parts = [...connection.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/gi)];
  return [connection, ...parts.map(([, secret]) => secret as string)].filter((secret) => secret !== '');
}
