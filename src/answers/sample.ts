import type { Db } from '../businesses/commit.ts';
import { storeAnswers } from './answer.ts';

const HOUR_MS = 3_600_000;

/** What every other customer of the sample shop says, in turn: mostly content, now and then not. */
const SAYS: readonly { value: number; words?: string }[] = [
  { value: 5, words: 'The peonies lasted two weeks. Thank you, Fern!' },
  { value: 4 },
  { value: 5 },
  { value: 5, words: 'Lovely people, and they remembered my name.' },
  { value: 2, words: 'The bouquet came a day late, and nobody called.' },
  { value: 4 },
  { value: 5 },
  { value: 3, words: 'Nice, but dear.' },
];

/** Answers every other survey of a sample shop, some hours after it arrived, as its customers would. */
export async function answerSamples(db: Db, businessId: string, now: Date): Promise<void> {
  const asked = await db
    .selectFrom('message as m')
    .innerJoin('touchpoint as t', (join) =>
      join.onRef('t.business_id', '=', 'm.business_id').onRef('t.id', '=', 'm.touchpoint_id'),
    )
    .select(['m.touchpoint_id', 'm.date'])
    .where('m.business_id', '=', businessId)
    .where('m.survey_id', 'is not', null)
    .where('t.state', '=', 'accepted')
    .where('m.date', '<', new Date(now.getTime() - 9 * HOUR_MS))
    .orderBy('m.date')
    .orderBy('m.touchpoint_id')
    .execute();
  for (const [n, { touchpoint_id: touchpoint, date }] of asked.filter((_, at) => at % 2 === 0).entries()) {
    const { value, words } = SAYS[n % SAYS.length]!;
    const at = new Date(date.getTime() + (2 + (n % 6)) * HOUR_MS);
    const said = new Map([[0, { value, ...(words !== undefined && { words }) }]]);
    await storeAnswers(db, { business: businessId, touchpoint }, said, { by: 'customer', now: at });
  }
}
