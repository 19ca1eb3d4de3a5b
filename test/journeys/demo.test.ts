import { expect, it } from 'vitest';
import { fondly } from '../support/fondly.ts';

const program = fondly();

it('shows a newcomer a month of cards at the address it prints, and stops cleanly', async () => {
  const demo = program.spawn('demo');
  const [outbox = ''] = await demo.says(/http:\/\/127\.0\.0\.1:\d+\/outbox/);
  const page = await (await fetch(outbox)).text();
  expect(page).toContain('Happy birthday');
  const ids = [...page.matchAll(/href="\/outbox\/([0-9a-f-]{36})"/g)].map((match) => match[1]);
  expect(ids.length).toBeGreaterThan(20);
  const card = await (await fetch(`${outbox}/${ids[0]}/card`)).text();
  expect(card).toContain('Rosa &amp; Fern');
  // Its links lead to this very server.
  const [view = ''] = /http:\/\/127\.0\.0\.1:\d+\/v\/[\w-]+/.exec(card) ?? [];
  expect((await fetch(view)).status).toBe(200);
  // And its people sign in with what it printed.
  const { origin } = new URL(outbox);
  const [, email = '', password = ''] = await demo.says(/Sign in as (\S+) with the password "([^"]+)"/);
  const signedIn = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin },
    body: new URLSearchParams({ email, password, to: '/shops/rosa' }),
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const home = await (await fetch(`${origin}/shops/rosa`, { headers: { cookie } })).text();
  expect(home).toContain('Next 30 days');
  const twice = await program.run('demo');
  expect([twice.code, twice.stderr.includes('running already')]).toEqual([1, true]);
  expect(await demo.stop()).toBe(0);
});
