import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startWeb } from '../../src/web/server.ts';

// Serves the pages in a process of its own, so that its memory can be measured: says its port, and when asked the most memory it ever had.
const [url = '', dataDir = '', publicUrl = ''] = process.argv.slice(2);
const config = readConfig({ DATABASE_URL: url, DATA_DIR: dataDir, PUBLIC_URL: publicUrl });
await using app = await openApp(config, { log: createLog({ level: 'warn', to: process.stderr }) });
const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
process.on('message', () => process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 }));
process.send?.({ port: web.port });
await new Promise((resolve) => process.once('disconnect', resolve));
await web.close(0);
