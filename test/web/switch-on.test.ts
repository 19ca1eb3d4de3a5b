import { expect, onTestFinished, test } from 'vitest';
import { businessById } from '../../src/businesses/business.ts';
import { changeSmtp, leaveOwnSmtp } from '../../src/businesses/smtp.ts';
import { startWeb } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { type Sink, startSink } from '../support/smtp-sink.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, app, business } = house;
const { db } = app;
const actor = { by: 'member:ada', now: app.now() };

test('a mail server that lets nobody in is told before switching on, and the shop stays in practice', async () => {
  await using sink = await startSink({ user: 'rosa', pass: 'geheim' });
  await keep(sink.port, 'falsch');
  const refused = await ada.post('/switch-on');
  expect(refused.status).toBe(422);
  expect(words(refused.page)).toContain(
    'The mail server does not let Fondly in, so Rosa &amp; Fern still practises. The server refused the user name or password.',
  );
  expect(refused.page).toContain('“535 5.7.8 Authentication credentials invalid”');
  expect(refused.page).toContain('href="/shops/rosa/settings/mail"');
  expect(refused.page).toContain('Switch on anyway: cards wait until the server answers');
  expect(refused.page).not.toContain('falsch');
  expect([await isLive(), sink.messages]).toEqual([false, []]);
});

test('so is one that is not there', async () => {
  await keep(await closedPort(), 'geheim');
  const refused = await ada.post('/switch-on');
  expect(refused).toMatchObject({ status: 422, page: expect.stringContaining('No mail server could be reached at 127.0.0.1') });
  expect(await isLive()).toBe(false);
});

test('so is a password that no secret opens any more, and the installation’s server is not tried instead', async () => {
  await using sink = await startSink();
  await changeSmtp(
    db,
    business.id,
    server(sink.port, 'geheim'),
    { ...app, secretKeys: ['a secret that was lost since, long'] },
    actor,
  );
  const refused = await pressWith(sink);
  expect(refused).toMatchObject({ status: 422, page: expect.stringContaining('Type it again.') });
  expect([await isLive(), sink.counts.connections]).toEqual([false, 0]);
});

test('the page tries it when it is there, and takes the button away with what is known to fail', async () => {
  await using sink = await startSink({ user: 'rosa', pass: 'geheim' });
  await keep(sink.port, 'geheim');
  const fragment = { headers: { 'hx-request': 'true' } };
  const good = await ada.post('/switch-on/try', {}, fragment);
  expect([good.status, words(good.page), good.headers.get('hx-retarget')]).toEqual([
    200,
    'The mail server lets Fondly in.',
    null,
  ]);
  sink.set({ auth: '454 4.7.0 Temporary authentication failure' });
  const bad = await ada.post('/switch-on/try', {}, fragment);
  expect([bad.status, bad.headers.get('hx-retarget')]).toEqual([200, '#switch-press']);
  expect(bad.page).toContain('“454 4.7.0 Temporary authentication failure”');
  expect((await ada.post('/switch-on/try')).status).toBe(422);
  expect([await isLive(), sink.messages]).toEqual([false, []]);
});

test('the installation’s own server is tried where the shop has none, and whoever cannot mend it reads who can', async () => {
  await using sink = await startSink({ greeting: '554 5.7.1 Not from your network' });
  await leaveOwnSmtp(db, business.id, actor);
  const refused = await pressWith(sink);
  expect(words(refused.page)).toContain('It is the server of this Fondly (127.0.0.1): whoever runs it mends it (SMTP_URL)');
  expect(refused.page).toContain('“554 5.7.1 Not from your network”');
  expect(await isLive()).toBe(false);
});

test('somebody who tries without end is asked to wait, and the server is left alone', async () => {
  await using sink = await startSink();
  await keep(sink.port, 'geheim');
  const dora = await house.guest('Dora', 'owner');
  for (let n = 0; n < 20; n++) expect((await dora.post('/switch-on/try')).status).toBe(200);
  const { connections } = sink.counts;
  expect(await dora.post('/switch-on')).toMatchObject({ status: 422, page: expect.stringContaining('Wait ten minutes') });
  expect([await isLive(), sink.counts.connections]).toEqual([false, connections]);
});

test('one that lets Fondly in is no matter, and no mail is sent for it; anyway is said where it was not asked', async () => {
  await using sink = await startSink({ user: 'rosa', pass: 'geheim' });
  await keep(sink.port, 'falsch');
  const practised = () => db.updateTable('business').set({ live_at: null }).where('id', '=', business.id).execute();
  expect((await ada.post('/switch-on', { anyway: '1' })).status).toBe(303);
  expect([await isLive(), sink.counts.connections]).toEqual([true, 0]);
  expect((await ada.get('')).status).toBe(200);
  await practised();
  await keep(sink.port, 'geheim');
  expect((await ada.post('/switch-on')).status).toBe(303);
  expect([await isLive(), sink.messages, sink.counts.connections]).toEqual([true, [], 1]);
});

function server(port: number, pass: string) {
  return { host: '127.0.0.1', port, user: 'rosa', pass };
}

async function keep(port: number, pass: string): Promise<void> {
  expect(await changeSmtp(db, business.id, server(port, pass), app, actor)).toEqual({ ok: true });
}

async function isLive(): Promise<boolean> {
  return (await businessById(db, business.id))!.live_at !== null;
}

async function closedPort(): Promise<number> {
  await using sink = await startSink();
  return sink.port;
}

/** The press in an installation with a server of its own. */
async function pressWith({ port }: Sink): Promise<{ status: number; page: string }> {
  const smtp = { host: '127.0.0.1', port, secure: false, requireTls: false };
  const web = await startWeb({ ...app, smtp, practice: false }, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => web.close(0));
  const origin = `http://127.0.0.1:${web.port}`;
  const answer = await fetch(`${origin}/shops/rosa/switch-on`, { method: 'POST', headers: { cookie: ada.cookie, origin } });
  return { status: answer.status, page: await answer.text() };
}

function words(page: string): string {
  return page
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
