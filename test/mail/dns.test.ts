import { expect, test } from 'vitest';
import { examineDomain, type Resolver } from '../../src/mail/dns.ts';
import { MAIL_PRESETS, presetOf } from '../../src/mail/presets.ts';

const google = MAIL_PRESETS.find(({ id }) => id === 'google')!;
const spf = 'v=spf1 include:_spf.google.com ~all';
const all = {
  'rosa.example': [spf],
  '_dmarc.rosa.example': ['v=DMARC1; p=none'],
  'google._domainkey.rosa.example': ['v=DKIM1; k=rsa; p=MIIB'],
};

test('a domain with SPF, DKIM and DMARC of its provider is well', async () => {
  expect((await findings(all)).map(({ what, ok }) => [what, ok])).toEqual([
    ['SPF', true],
    ['DKIM', true],
    ['DMARC', true],
  ]);
});

test('what is missing is said with the record to add', async () => {
  const said = await findings({});
  expect(said.map(({ ok }) => ok)).toEqual([false, null, false]);
  expect(said[0]!.words).toContain('include:_spf.google.com');
  expect(said[2]!.words).toContain('_dmarc.rosa.example');
});

test('an SPF record that names somebody else is doubtful, two are wrong, a withdrawn key is none', async () => {
  expect((await findings({ ...all, 'rosa.example': ['v=spf1 include:other.example -all'] }))[0]).toMatchObject({ ok: null });
  expect((await findings({ ...all, 'rosa.example': [spf, 'v=spf1 -all'] }))[0]).toMatchObject({ ok: false });
  expect((await findings({ ...all, 'google._domainkey.rosa.example': ['v=DKIM1; p='] }))[1]).toMatchObject({ ok: null });
});

test('nobody can say anything while the machine is offline', async () => {
  const silent = { txt: () => Promise.reject(new Error('no network')), root: () => Promise.reject(new Error('no network')) };
  expect(await examineDomain('rosa.example', google, silent)).toMatchObject([{ what: 'DNS', ok: null }]);
  // Some resolvers deny every name while they are cut off.
  expect(await examineDomain('rosa.example', google, { ...resolver({}), root: async () => [] })).toMatchObject([
    { what: 'DNS', ok: null },
  ]);
});

test.each([
  ['smtp.gmail.com', 'google'],
  ['SMTP.office365.com', 'microsoft'],
  ['smtp.eu.mailgun.org', 'mailgun'],
  ['email-smtp.us-east-1.amazonaws.com', 'ses'],
  ['smtp.ionos.de', 'ionos'],
  ['smtp.zoho.eu', 'zoho'],
  ['mail.rosa.example', undefined],
  ['smtp.example.co.uk', undefined],
])('%s is a server of %s', (host, id) => {
  expect(presetOf(host)?.id).toBe(id);
});

function findings(records: Record<string, string[]>) {
  return examineDomain('rosa.example', google, resolver(records));
}

function resolver(records: Record<string, string[]>): Resolver {
  return {
    txt: (name) =>
      records[name]
        ? Promise.resolve(records[name].map((text) => [text]))
        : Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' })),
    root: async () => ['a.root-servers.net'],
  };
}
