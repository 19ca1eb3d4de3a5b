// Loaded before anything else by every npm script. Plain JavaScript, so that an old Node can read it and say what is wrong.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(
    `Fondly needs Node 24, and this is Node ${process.versions.node}. Run "npm ci" to get it; where npm blocks install scripts, run "npm rebuild node" after it.\n`,
  );
  process.exit(1);
}
