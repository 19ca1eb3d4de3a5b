// Run as a process of its own by the tests, to be killed at any moment: joins the folder's server, says so, and stays until its stdin ends.
import { startEmbedded } from '../../src/database/embedded.ts';

const [folder = '', settings = '{}'] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined };
process.stdout.write('starting\n');
const server = await startEmbedded({ folder, log: quiet, settings: JSON.parse(settings) as Record<string, string> });
process.stdout.write(`${server.url}\n`);
process.stdin.resume().on('end', () => void server.stop().then(() => process.exit(0)));
