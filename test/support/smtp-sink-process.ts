import { startSink } from './smtp-sink.ts';

// The sink as a process of its own, so that it outlives what is killed around it: `node test/support/smtp-sink-process.ts '{"journal":"/tmp/j"}'`.
// Prints {"port":N} on one line, and ends on SIGTERM or when its standard input closes.
const sink = await startSink(JSON.parse(process.argv[2] ?? '{}'));
process.stdout.write(`${JSON.stringify({ port: sink.port })}\n`);
const stop = () => void sink.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.stdin.resume().once('end', stop);
