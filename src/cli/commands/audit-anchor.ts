import { writeFile } from 'node:fs/promises';
import { loadHead } from '../../store/trail-source.ts';
import { makeAnchor, type TrailAnchor } from '../../trail/anchor.ts';
import { CHAIN_START } from '../../trail/chain.ts';
import { type ExitCode, printJson, printNote } from '../output.ts';
import { type ChainOptions, chosenChains, existingSigner, trailSigner, withTrail } from './audit-chains.ts';

/** `ml-connector audit anchor`: the ends of the trails at this moment, to be kept elsewhere. */
export function auditAnchor(file: string | undefined, options: ChainOptions): Promise<ExitCode> {
  return withTrail<ExitCode>(options, async (database, loaded) => {
    const { db } = database;
    const signer = await existingSigner(database, loaded, 'audit anchor');
    const at = new Date().toISOString();
    const anchors: TrailAnchor[] = [];
    for (const { chain, connection } of await chosenChains(db, loaded, options)) {
      const head = (await loadHead(db, chain)) ?? CHAIN_START;
      anchors.push(makeAnchor({ chain, connection, ...head, at }, signer));
    }
    if (file === undefined) anchors.forEach(printJson);
    else {
      await writeFile(file, anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join(''), { flag: 'a' });
      printNote(`${anchors.length} anchors added to ${file}. Keep it where nobody can change both.`);
    }
    return 0;
  });
}

/** `ml-connector audit public-key`: with it anybody can check what the trail signs. */
export function auditPublicKey(options: ChainOptions): Promise<ExitCode> {
  return withTrail<ExitCode>(options, async (database, loaded) => {
    const { keyId, publicPem } = await trailSigner(database, loaded, 'audit public-key');
    if (options.json === true) printJson({ keyId, publicKey: publicPem });
    else process.stdout.write(publicPem);
    return 0;
  });
}
