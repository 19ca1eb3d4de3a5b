/** "Firefox on Windows", as far as a browser's own words for itself tell. */
export function deviceWords(agent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (!browser && !system) return 'A browser';
  return browser && system ? `${browser} on ${system}` : (browser ?? `A browser on ${system}`);
}

/** The first half of an address: enough to know one's own again, and too little to be found by. */
export function maskedNetwork(network: string): string {
  const parts = network.split(network.includes(':') ? ':' : '.').filter(Boolean);
  if (parts.length < 2) return '';
  return network.includes(':') ? `${parts[0]}:${parts[1]}:…` : `${parts[0]}.${parts[1]}.…`;
}

export function isPhone(agent: string): boolean {
  return /Mobile|Android|iPhone|iPad/.test(agent);
}

// Those that claim to be others come first.
const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: [RegExp, string][] = [
  [/iPhone/, 'an iPhone'],
  [/iPad/, 'an iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'a Mac'],
  [/CrOS/, 'a Chromebook'],
  [/Linux/, 'Linux'],
];
