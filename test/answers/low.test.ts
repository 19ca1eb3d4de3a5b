import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAlert } from '../../src/answers/alert.ts';
import { changeBusiness } from '../../src/businesses/business.ts';
import { addLetter, sendLetter } from '../../src/businesses/letters.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { closeFollowUp } from '../../src/customers/follow-ups.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { readOutbox, type OutboxMail } from '../../src/mail/outbox.ts';
import { recurringThings } from '../../src/queue/clockwork.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { testDatabase } from '../support/database.ts';
import { openAsking } from './asking.ts';

const { url, db } = await testDatabase();
const asking = await openAsking(url, ['Ada', 'Ben', 'Cem', 'Dora', 'Eli']);
const sender = await asking.app.openSender();
afterAll(async () => {
  await sender.stop();
  await asking.web.close(0);
});

const { now } = asking.clock;
const actor = { by: 'member:ada', now: now() };
const LETTERS = { 'low answer': writeAlert };

/** The letters in the outbox, the oldest first. */
async function letters(): Promise<OutboxMail[]> {
  const names = (await readdir(asking.app.outboxFolder)).filter((file) => file.endsWith('.eml'));
  const mails = await Promise.all(names.map((file) => readOutbox(asking.app.outboxFolder, file.slice(0, -4))));
  return mails.filter((mail) => mail !== undefined).filter(({ to }) => !to.includes('example.com'));
}

async function birthdayOf(name: string) {
  const { rows } = await sql<{ state: string; reason: string | null }>`
    select t.state, t.reason from touchpoint t join occasion o on o.id = t.occasion_id
    where t.customer_id = ${asking.asked[name]!.customerId} and o.slug = 'birthday'`.execute(db);
  return rows[0];
}

async function followUpOf(name: string) {
  const query = db.selectFrom('follow_up').selectAll().where('customer_id', '=', asking.asked[name]!.customerId);
  return query.executeTakeFirstOrThrow();
}

const states = async () => (await db.selectFrom('letter').select('state').orderBy('id').execute()).map(({ state }) => state);

describe('a low answer', () => {
  it('holds every other card of the customer until the task is closed', async () => {
    expect(await birthdayOf('Ben')).toEqual({ state: 'planned', reason: null });
    await asking.press('Ben', { answer: '3', words: 'The roses were <b>old</b>.\nSadly.' });
    const task = await followUpOf('Ben');
    expect(task).toMatchObject({ reason: 'low answer', due_on: '2027-03-15', closed_at: null });
    await planAll(db, now());
    expect(await birthdayOf('Ben')).toEqual({ state: 'blocked', reason: 'open complaint' });
    expect(await birthdayOf('Ada')).toEqual({ state: 'planned', reason: null });
    await asking.press('Ben', { answer: '2' });
    await closeFollowUp(db, asking.business.id, task.id, { outcome: 'made good' }, actor);
    await planAll(db, now());
    expect(await birthdayOf('Ben')).toEqual({ state: 'planned', reason: null });
  });

  it('is no letter any more once somebody has taken care of it', async () => {
    expect(await states()).toEqual(['planned']);
    expect(await sendLetter(sender, LETTERS, now())).toBe(true);
    expect(await states()).toEqual(['dropped']);
    expect(await letters()).toEqual([]);
  });

  it('is told to the person in charge at once, with all there is to know', async () => {
    await changeBusiness(db, asking.business.id, { alertEmail: 'owner@rosa.example' }, actor);
    await asking.press('Cem', { answer: '6', answer2: '1', words: 'The roses were <b>old</b>.\nSadly.' });
    const clockwork = recurringThings({ db, queue: asking.app.queue(), now, sender });
    await clockwork.find(({ name }) => name === 'letters')!.step();
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ subject: 'Cem was not happy', to: expect.stringContaining('owner@rosa.example') });
    for (const words of [
      'recommend us',
      'The answer: 6',
      '> Sadly.',
      'by Monday',
      '15 March',
      'cem@example.com',
      'no other card',
    ])
      expect(letter!.text).toContain(words);
    expect(letter!.html).toContain('&lt;b&gt;old&lt;/b&gt;');
    expect(await states()).toEqual(['dropped', 'sent']);
  });

  it('is told once, however often the answer is changed', async () => {
    for (const answer of ['1', '9', '0']) await asking.press('Cem', { answer });
    expect(await sendLetter(sender, LETTERS, now())).toBe(false);
  });

  it('is told in the shop’s own language', async () => {
    await changeBusiness(db, asking.business.id, { locale: 'ar' }, actor);
    await asking.press('Dora', { answer: '0' });
    await sendLetter(sender, LETTERS, now());
    const letter = (await letters()).find(({ subject }) => subject.includes('Dora'))!;
    expect(letter.subject).toBe('إجابة منخفضة: \u200f\u200eDora\u200e\u200f');
    expect(letter.html).toContain('dir="rtl"');
    expect(letter.text).toContain('ما مدى احتمال');
  });

  it('leaves no letter about somebody who was erased, and names those that were kept', async () => {
    await asking.press('Eli', { answer: '0' });
    await eraseCustomer(db, asking.business.id, asking.asked['Eli']!.customerId, actor);
    expect(await sendLetter(sender, LETTERS, now())).toBe(false);
    const { message_id: kept } = await db
      .selectFrom('letter')
      .select('message_id')
      .where('state', '=', 'sent')
      .executeTakeFirstOrThrow();
    const erased = await eraseCustomer(db, asking.business.id, asking.asked['Cem']!.customerId, actor);
    expect(erased).toMatchObject({ erased: true, messageIds: expect.arrayContaining([kept]) });
  });
});

describe('a letter', () => {
  it('is sent again when its worker died, and by one worker only', async () => {
    const task = await followUpOf('Dora');
    await addLetter(db, asking.business.id, { kind: 'low answer', followUpId: task.id, language: 'en' }, actor);
    const before = (await letters()).length;
    await sql`update letter set state = 'sending', fence = 1, lease_until = clock_timestamp() + interval '1 hour' where state = 'planned'`.execute(
      db,
    );
    expect(await sendLetter(sender, LETTERS, now())).toBe(false);
    await sql`update letter set lease_until = clock_timestamp() where state = 'sending'`.execute(db);
    const tries = await Promise.all([1, 2, 3].map(() => sendLetter(sender, LETTERS, now())));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await letters()).toHaveLength(before + 1);
  });

  it('waits while its mail server cannot be reached, and is not counted as tried', async () => {
    const task = await followUpOf('Dora');
    await addLetter(db, asking.business.id, { kind: 'low answer', followUpId: task.id, language: 'en' }, actor);
    await using outbox = createMailer({ host: '127.0.0.1', port: 1, secure: false, requireTls: false });
    expect(await sendLetter({ ...sender, mailerFor: async () => outbox }, LETTERS, now())).toBe(false);
    const waiting = await db.selectFrom('letter').select(['attempts', 'due_at']).where('state', '=', 'planned').execute();
    expect(waiting).toMatchObject([{ attempts: 0 }]);
    expect(waiting[0]!.due_at > now()).toBe(true);
  });
});
