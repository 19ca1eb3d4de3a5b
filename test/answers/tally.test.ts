import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { storeAnswers } from '../../src/answers/answer.ts';
import { type SurveyResult, surveyResults } from '../../src/answers/results.ts';
import { type Range, tallyAnswers } from '../../src/answers/tally.ts';
import { MS_PER_DAY } from '../../src/calendar/day.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { SATISFACTION } from '../../src/occasions/surveys.ts';
import { mulberry } from '../bench/fuzz-grammar.ts';
import { testDatabase } from '../support/database.ts';
import { openAsking, QUESTIONS } from './asking.ts';

const { url, db } = await testDatabase();
const names = Array.from({ length: 40 }, (_, n) => `Guest${n}`);
const asking = await openAsking(url, names, { reminderDays: 3 });
afterAll(() => asking.web.close(0));

const business = asking.business.id;
const all: Range = { from: '2027-01-01', to: '2027-03-31' };
const DELIVERED = Date.parse('2027-03-09T09:00:00Z');
const random = mulberry(13);
const upTo = (n: number) => Math.floor(random() * n);
const touchpointOf = (name: string) => asking.asked[name]!.touchpointId;
const anyone = () => names[upTo(names.length)]!;
/** Every other one never answers. */
const anyAnswering = () => names[2 * upTo(names.length / 2)]!;

async function tallyAll(): Promise<void> {
  while (await tallyAnswers(db));
}

/** Suspect within the minute after the card; not taken any more when it would change one of more than 14 days ago. */
async function answer(): Promise<void> {
  const after = random() < 0.4 ? upTo(60_000) : upTo(20 * MS_PER_DAY);
  const said = new Map([
    [0, { value: upTo(11), words: random() < 0.3 ? 'Lovely' : '' }],
    [1, { value: [0, 1, undefined][upTo(3)] }],
    [2, { value: [1, 2, 3, undefined][upTo(4)] }],
  ]);
  const actor = { by: 'customer', now: new Date(DELIVERED + after) };
  await storeAnswers(db, { business, touchpoint: touchpointOf(anyAnswering()) }, said, actor);
}

/** What may happen to an answered card, by whatever door. */
const otherChanges: ((touchpoint: string) => Promise<unknown>)[] = [
  () => eraseCustomer(db, business, asking.asked[anyone()]!.customerId, { by: 'fondly', now: asking.clock.now() }),
  (id) =>
    sql`update touchpoint set state = case state when 'accepted' then 'uncertain' else 'accepted' end where id = ${id}`.execute(
      db,
    ),
  (id) => sql`update touchpoint set send_on = date '2027-01-05' + ${upTo(60)}::int where id = ${id}`.execute(db),
  (id) =>
    sql`update message set date = timestamptz '2027-01-05 23:30Z' + ${upTo(60)}::int * interval '1 day' where touchpoint_id = ${id}`.execute(
      db,
    ),
  (id) => sql`update message set survey_version = 3 - survey_version where touchpoint_id = ${id}`.execute(db),
  (id) => sql`update touchpoint set practice = not practice where id = ${id}`.execute(db),
  () => sql`update business set live_at = case when live_at is null then now() end`.execute(db),
  (id) => sql`delete from answer where touchpoint_id = ${id}`.execute(db),
  (id) => sql`delete from touchpoint where id = ${id}`.execute(db),
];

/** One look at the raw rows, counted one by one. */
async function countPlainly({ from, to }: Range) {
  const { live_at: live } = await db.selectFrom('business').select('live_at').executeTakeFirstOrThrow();
  const cards = await db
    .selectFrom('message as m')
    .innerJoin('touchpoint as t', 't.id', 'm.touchpoint_id')
    .select(['t.id', 't.state', 't.send_on', 't.practice', 'm.survey_version'])
    .where('m.survey_id', 'is not', null)
    .where('t.reminder_of', 'is', null)
    .execute();
  const answers = Map.groupBy(await db.selectFrom('answer').selectAll().execute(), (row) => row.touchpoint_id);
  const months: Record<string, { asked: number; answered: number; suspect: number; given: Record<string, number> }> = {};
  for (const card of cards) {
    const own = answers.get(card.id) ?? [];
    if (card.send_on < from || card.send_on > to || (card.practice && live)) continue;
    if (card.state !== 'accepted' && own.length === 0) continue;
    for (const month of ['all', card.send_on.slice(0, 7)]) {
      const sum = (months[month] ??= { asked: 0, answered: 0, suspect: 0, given: {} });
      sum.asked++;
      if (own.length > 0) sum[own[0]!.suspect ? 'suspect' : 'answered']++;
      for (const { question, value } of own.filter(({ suspect }) => !suspect)) {
        const asked = (card.survey_version === 1 ? SATISFACTION : QUESTIONS)[question];
        const keys = asked ? [`v${card.survey_version}.${question}`] : [];
        if (value !== null && asked?.values.includes(value)) keys.push(`v${card.survey_version}.${question}=${value}`);
        for (const key of keys) sum.given[key] = (sum.given[key] ?? 0) + 1;
      }
    }
  }
  return months;
}

function asPlain(results: SurveyResult[]) {
  return Object.fromEntries(
    results.map(({ month = 'all', asked, answered, suspect, questions }) => {
      const given = questions.flatMap(({ version, place, answered: some, counts }) => [
        [`v${version}.${place}`, some],
        ...counts.filter(({ count }) => count > 0).map(({ value, count }) => [`v${version}.${place}=${value}`, count]),
      ]);
      return [month, { asked, answered, suspect, given: Object.fromEntries(given) }];
    }),
  );
}

async function expectExact(range = all): Promise<void> {
  expect(asPlain(await surveyResults(db, business, range))).toEqual(await countPlainly(range));
}

const marks = () => db.selectFrom('answer_tally_stale').selectAll().execute();

it('says what a count of the rows says, whatever happens to answers and cards, and whenever they are tallied', async () => {
  for (let step = 0; step < 120; step++) {
    // Where nothing else is to be counted anew, a change that marks no day shows.
    if (random() < 0.7) await tallyAll();
    await (random() < 0.5 ? answer() : otherChanges[step % otherChanges.length]!(touchpointOf(anyone())));
    await expectExact();
  }
  await expectExact({ from: '2027-02-03', to: '2027-03-01' });
  await tallyAll();
  expect(await marks()).toEqual([]);
  await expectExact();
});

it('says so while many answer and others tally at once', async () => {
  const tallied = Promise.all([tallyAll(), ...Array.from({ length: 30 }, () => tallyAnswers(db))]);
  await Promise.all([...Array.from({ length: 60 }, answer), tallied]);
  await expectExact();
  await Promise.all([tallyAll(), tallyAll()]);
  await tallyAll();
  expect(await marks()).toEqual([]);
  await expectExact();
});

it('loses no change that is committed only after its day was counted', async () => {
  await sql`update business set live_at = null`.execute(db);
  const [one, other] = await db.selectFrom('answer').select('touchpoint_id').distinct().limit(2).execute();
  const change = (of: typeof one) =>
    sql`update answer set value = 1 - value where question = 1 and touchpoint_id = ${of!.touchpoint_id}`;
  await db.transaction().execute(async (trx) => {
    await sql`update answer set suspect = not suspect where touchpoint_id = ${one!.touchpoint_id}`.execute(trx);
    await change(other).execute(db);
    await tallyAll();
  });
  expect(await marks()).toHaveLength(1);
  await expectExact();
});

it('asks the tally, and counts only what has changed since', async () => {
  await tallyAll();
  await sql`update answer_tally set count = count + 1000 where question is null`.execute(db);
  const [results] = await surveyResults(db, business, all);
  expect(results!.asked).toBeGreaterThan(1000);
  await sql`update message set language = language where survey_id is not null`.execute(db);
  await expectExact();
  await tallyAll();
  await expectExact();
});
