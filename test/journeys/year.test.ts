import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { fondly } from '../support/fondly.ts';

const { db, url } = await testDatabase();
const program = fondly({ DATABASE_URL: url });

interface Card {
  customer: string;
  email: string | null;
  occasion: string;
  day: string;
  sendAt: string;
  state: string;
  reason: string | null;
}

interface Plan {
  touchpoints: Card[];
  without: Omit<Card, 'sendAt' | 'state'>[];
}

interface Simulation extends Omit<Plan, 'touchpoints'> {
  touchpoints: (Card & { messageId: string | null })[];
  outbox: string;
}

const COUNT = 32;
/** The leap day, and the first and the last day of the year where it is still, or already, another day. */
const EDGES: Record<number, string> = { 0: '02-29', 1: '02-29', 28: '01-01', 29: '12-31', 30: '12-31', 31: '01-01' };
/** Birthdays all over the year, 29 February twice, in zones on either side of the world; the year is known to every second one. */
const people = Array.from({ length: COUNT }, (_, i) => {
  const day = new Date(Date.UTC(2028, 0, 1 + Math.floor((i * 366) / COUNT))).toISOString().slice(5, 10);
  const birthday = EDGES[i] ?? day;
  const zone = ['Europe/London', 'America/New_York', 'Asia/Tokyo', 'Pacific/Auckland'][i % 4] ?? '';
  return { name: `Guest ${i}`, email: `guest${i}@example.com`, birthday: i % 2 ? `--${birthday}` : `1980-${birthday}`, zone };
});

/** Every row of the real tables, in one number. */
async function fingerprint(): Promise<string> {
  const { rows } = await sql<{
    all: string;
  }>`select (select count(*) from touchpoint) || ' ' || (select count(*) from message) || ' ' ||
    (select coalesce(string_agg(replan_at::text, ','), '') from customer) || ' ' || (select count(*) from horizon) || ' ' ||
    (select count(*) from pg_namespace where nspname like 'fondly_simulation%') as all`.execute(db);
  return rows[0]?.all ?? '';
}

it('lives through a year in which each birthday comes exactly once, and leaves nothing behind', async () => {
  const words = [
    '--name',
    'Rosa & Fern',
    '--slug',
    'rosa',
    '--from',
    'Rosa <hello@rosa.example>',
    '--postal-address',
    '1 Market Row',
  ];
  expect((await program.run('business', 'add', ...words, '--time-zone', 'Europe/London')).code).toBe(0);
  const file = path.join(program.dataDir, 'customers.csv');
  const rows = people.map(({ name, email, birthday, zone }) => `${name},${email},${birthday},${zone}`);
  await writeFile(file, ['Name,Email,Birthday,Time zone', ...rows, 'Nora,,1980-06-01,'].join('\n'));
  expect(await program.json('import', file, '--business', 'rosa')).toMatchObject({ created: COUNT + 1 });

  const year = ['--business', 'rosa', '--from', '2027-01-01', '--to', '2027-12-31'];
  const before = await fingerprint();
  const plan = await program.json<Plan>('plan', ...year);
  const lived = await program.json<Simulation>('simulate', ...year);
  expect(await fingerprint()).toBe(before);

  expect(lived.touchpoints).toHaveLength(COUNT);
  expect(new Set(lived.touchpoints.map(({ email }) => email))).toEqual(new Set(people.map(({ email }) => email)));
  expect(new Set(lived.touchpoints.map(({ state, occasion }) => `${state} ${occasion}`))).toEqual(new Set(['accepted birthday']));
  expect(lived.touchpoints.every(({ sendAt, day }) => sendAt.startsWith(`${day}T09:00:00`))).toBe(true);
  const leap = lived.touchpoints.filter(({ customer }) => customer === 'Guest 0' || customer === 'Guest 1');
  expect(leap.map(({ day }) => day)).toEqual(['2027-02-28', '2027-02-28']);

  // What was foretold is what happened.
  const alike = ({ customer, email, occasion, day, sendAt }: Card) => ({ customer, email, occasion, day, sendAt });
  expect(plan.touchpoints.map(alike)).toEqual(lived.touchpoints.map(alike));
  expect(plan.touchpoints.every(({ state, reason }) => state === 'planned' && reason === null)).toBe(true);
  expect(plan.without).toEqual(lived.without);
  expect(plan.without).toEqual([
    {
      customer: 'Nora',
      email: null,
      occasion: 'birthday',
      day: '2027-06-01',
      reason: expect.stringContaining('no e-mail address'),
    },
  ]);

  const mails = await readdir(lived.outbox);
  expect(mails).toHaveLength(COUNT);
  const texts = await Promise.all(mails.map((mail) => readFile(path.join(lived.outbox, mail), 'utf8')));
  const ids = texts.map((text) => /^Message-ID: (\S+)/m.exec(text)?.[1]);
  expect(new Set(ids)).toEqual(new Set(lived.touchpoints.map(({ messageId }) => messageId)));
});

it('can look at days that have passed', async () => {
  const past = ['--business', 'rosa', '--from', '2025-02-01', '--to', '2025-03-01'];
  const plan = await program.json<Plan>('plan', ...past);
  const lived = await program.json<Simulation>('simulate', ...past);
  expect(plan.touchpoints.length).toBeGreaterThan(2);
  expect(lived.touchpoints.map(({ email, day }) => `${email} ${day}`)).toEqual(
    plan.touchpoints.map(({ email, day }) => `${email} ${day}`),
  );
  expect(lived.touchpoints.every(({ state }) => state === 'accepted')).toBe(true);
});
