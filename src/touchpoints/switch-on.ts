import { sql } from 'kysely';
import { type Business, switchOn } from '../businesses/business.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import { markForReplan } from '../customers/replan.ts';

/**
 * From practice to real mail, for good. What practice did from today on is forgotten, so that it is planned again and goes for real, and so is
 * what a member sent ahead of a day that is still to come; what lies before today stays as it was. Returns how many cards that were.
 */
export async function leavePractice(db: Db, business: Business, actor: Actor): Promise<{ changed: boolean; again: number }> {
  return inOneCommit(db, async (trx) => {
    const { changed } = await switchOn(trx, business.id, actor);
    if (!changed) return { changed, again: 0 };
    const practised = () =>
      trx
        .selectFrom('touchpoint')
        .where('business_id', '=', business.id)
        .where('practice', '=', true)
        .where((of) =>
          of.or([
            of('send_on', '>=', localDayOf(actor.now, business.zone)),
            of.and([of('hurried_at', 'is not', null), of('late_at', '>', actor.now)]),
          ]),
        );
    const customers = await practised().select('customer_id').distinct().execute();
    await markForReplan(
      trx,
      business.id,
      customers.map((row) => row.customer_id),
      actor.now,
    );
    const { numDeletedRows } = await trx
      .deleteFrom('touchpoint')
      .where('business_id', '=', business.id)
      .where('id', 'in', practised().select('id'))
      .executeTakeFirst();
    // Nobody is reminded of what never reached them.
    await sql`update touchpoint t set state = 'cancelled', reason = 'off', queued_until = null from touchpoint f
      where t.business_id = ${business.id} and f.business_id = t.business_id and f.id = t.reminder_of and f.practice
        and t.state in ('planned', 'waiting', 'held', 'blocked')`.execute(trx);
    return { changed, again: Number(numDeletedRows) };
  });
}
