import { channelsWithoutSecret } from '../../service/key-reset.ts';
import type { ListedConnection } from '../../store/connections-admin.ts';
import { describeSecrets } from '../../store/secrets.ts';
import { CREDENTIAL_NAMES } from '../../vault/connection-credentials.ts';
import type { Finding, Ward } from './finding.ts';

/** Whether something was never entered, or was given up with a lost key. Whether it opens is another question. */
export async function credentialFindings(ward: Ward): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const connection of ward.connections) {
    const finding = await ofConnection(ward, connection);
    if (finding !== undefined) findings.push(finding);
  }
  for (const name of await channelsWithoutSecret(ward.database.db))
    findings.push({
      state: 'warning',
      detail: `notice channel ${name}: its address or password is missing, so nothing is sent`,
      next: 'Enter it again in the console, under notices.',
      facts: { channel: name },
    });
  return findings.length > 0 ? findings : [{ state: 'ok', detail: 'none is missing in the vault' }];
}

async function ofConnection(
  { database }: Ward,
  { id, name, origin }: ListedConnection,
): Promise<Finding | undefined> {
  const stored = new Set((await describeSecrets(database.db, id)).map((secret) => secret.name));
  const missing = CREDENTIAL_NAMES.filter((each) => !stored.has(each));
  // One of ml-connector.yaml needs none in the vault.
  if (missing.length === 0 || (origin === 'file' && missing.length === CREDENTIAL_NAMES.length))
    return undefined;
  return {
    state: 'problem',
    detail: `connection ${name}: ${missing.join(', ')} missing in the vault, so nothing can run`,
    next: `Enter them in the console, in the settings of ${name}, then test the connection.`,
    facts: { connection: name, missing },
  };
}
