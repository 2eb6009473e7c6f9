import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/**
 * Loaded before the program: lets a process believe that it runs on a machine of its own, so that nobody else can tell from its process
 * id whether it lives.
 */
const name = process.env['ML_CONNECTOR_TEST_MACHINE'] ?? '';
if (name !== '') {
  os.hostname = () => name;
  syncBuiltinESMExports();
}
