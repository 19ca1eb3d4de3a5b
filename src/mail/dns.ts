import { Resolver as DnsResolver } from 'node:dns/promises';
import type { MailPreset } from './presets.ts';

/** One thing about a domain that decides whether its mail arrives. */
export interface DnsFinding {
  what: 'SPF' | 'DKIM' | 'DMARC' | 'DNS';
  /** null: nobody can say from here. */
  ok: boolean | null;
  /** How it is, or what to do. */
  words: string;
}

/** Looks names up: all of a name's TXT records, and the root's name servers. Rejects with `code` as node:dns does. */
export interface Resolver {
  txt(name: string): Promise<string[][]>;
  root(): Promise<string[]>;
}

// Somebody waits for the answer: a server that is silent for so long will not be heard.
const asker = new DnsResolver({ timeout: 2500, tries: 1 });
const network: Resolver = { txt: (name) => asker.resolveTxt(name), root: () => asker.resolveNs('.') };

/** Endings that no real name has (RFC 2606). */
const MADE_UP = /(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$/;

/**
 * Whether mail from this domain (A-labels) will be believed: SPF (RFC 7208), DKIM (RFC 6376) as far as the provider's selectors are
 * known, DMARC (RFC 7489). Changes nothing.
 */
export async function examineDomain(
  domain: string,
  provider?: Pick<MailPreset, 'name' | 'spf' | 'dkim'>,
  resolver: Resolver = network,
): Promise<DnsFinding[]> {
  if (resolver === network && MADE_UP.test(domain))
    return [
      {
        what: 'DNS',
        ok: null,
        words: 'this domain is made up, so there is nothing to look up. Use an address of your own domain.',
      },
    ];
  const [own, policy] = await Promise.all([texts(resolver, domain), texts(resolver, `_dmarc.${domain}`)]);
  const offline = own === undefined || policy === undefined || (own.length + policy.length === 0 && !(await isOnline(resolver)));
  if (offline)
    return [{ what: 'DNS', ok: null, words: 'it could not be looked up from here. Try again when this machine is online.' }];
  return [spf(own, provider), await dkim(domain, provider, resolver), dmarc(domain, policy)];
}

function spf(own: string[], provider: Pick<MailPreset, 'name' | 'spf'> | undefined): DnsFinding {
  const records = own.filter((text) => /^v=spf1(\s|$)/i.test(text));
  const [record] = records;
  const what = 'SPF' as const;
  if (record === undefined) {
    const example = `v=spf1 include:${provider?.spf ?? '…'} ~all`;
    return {
      what,
      ok: false,
      words: `there is no SPF record. Add the TXT record that your mail provider names, such as "${example}".`,
    };
  }
  if (records.length > 1)
    return { what, ok: false, words: 'there are several SPF records, which counts as none. Join them into one.' };
  if (provider?.spf === undefined || record.toLowerCase().includes(provider.spf))
    return { what, ok: true, words: 'SPF is there.' };
  const words = `SPF is there, and does not name ${provider.name} itself. Unless another name in it does, add "include:${provider.spf}".`;
  return { what, ok: null, words };
}

async function dkim(
  domain: string,
  provider: Pick<MailPreset, 'name' | 'dkim'> | undefined,
  resolver: Resolver,
): Promise<DnsFinding> {
  const what = 'DKIM' as const;
  const selectors = provider?.dkim ?? [];
  const found = await Promise.all(selectors.map((selector) => texts(resolver, `${selector}._domainkey.${domain}`)));
  if (found.some((records) => records?.some((text) => /(^|;)\s*p=[A-Za-z0-9+/]/.test(text))))
    return { what, ok: true, words: 'DKIM is there.' };
  const words =
    selectors.length === 0 || provider === undefined
      ? 'DKIM: your mail provider names a selector; see on its pages whether mail from this domain is signed.'
      : `no DKIM key was found where ${provider.name} usually keeps it. See on its pages how to sign mail from this domain.`;
  return { what, ok: null, words };
}

function dmarc(domain: string, policy: string[]): DnsFinding {
  const what = 'DMARC' as const;
  if (policy.some((text) => /^v=DMARC1\b/i.test(text))) return { what, ok: true, words: 'DMARC is there.' };
  const words = `there is no DMARC record. Add a TXT record at _dmarc.${domain}, such as "v=DMARC1; p=none".`;
  return { what, ok: false, words };
}

const NO_RECORD = new Set(['ENODATA', 'ENOTFOUND']);

/** Its TXT records; undefined when nobody answers. */
async function texts(resolver: Resolver, name: string): Promise<string[] | undefined> {
  try {
    return (await resolver.txt(name)).map((parts) => parts.join(''));
  } catch (error) {
    return NO_RECORD.has((error as NodeJS.ErrnoException).code ?? '') ? [] : undefined;
  }
}

/** Some resolvers know nothing of any name while they are cut off, and say so as if there were none: the root always is. */
async function isOnline(resolver: Resolver): Promise<boolean> {
  return resolver.root().then(
    (servers) => servers.length > 0,
    () => false,
  );
}
