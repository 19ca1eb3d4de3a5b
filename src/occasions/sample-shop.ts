import { sql } from 'kysely';
import { addBusiness, businessById } from '../businesses/business.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { addMember, listShops } from '../businesses/members.ts';
import { freeSlug, holdAccount } from '../businesses/setup.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { addSampleCustomers } from '../customers/sample.ts';
import { currentSchema, tablesInOrder } from '../database/catalogue.ts';
import { addDefaultOccasions } from './occasion.ts';

const LATELY_DAYS = 30;

/**
 * A florist with 200 made-up customers for one account to look around in: always in practice, which the database itself sees to. An account has at most
 * one; asked again, it gets the same.
 */
export async function addSampleShop(db: Db, accountId: string, actor: Actor): Promise<{ id: string; slug: string }> {
  return inOneCommit(db, async (trx) => {
    await holdAccount(trx, accountId);
    const known = (await listShops(trx, accountId)).find(({ sample }) => sample);
    if (known) return known;
    const slug = await freeSlug(trx, 'Rosa & Fern sample');
    const added = await addBusiness(trx, { ...florist, slug, sample: true }, actor);
    if (!added.ok) throw new Error(added.reason);
    const business = (await businessById(trx, added.id))!;
    // As if it had run for a month: so what was bought lately is thanked for.
    const lately = { by: actor.by, now: new Date(actor.now.getTime() - LATELY_DAYS * MS_PER_DAY) };
    await addDefaultOccasions(trx, business, lately);
    await addSampleCustomers(trx, business, { today: localDayOf(actor.now, business.zone) }, lately);
    await addMember(trx, added.id, { accountId, role: 'owner' }, actor);
    return { id: added.id, slug };
  });
}

/** Deletes a sample shop with everything in it; no other business can be. Returns the Message-IDs of its mails, whose files are to go too. */
export async function removeSampleShop(db: Db, businessId: string): Promise<Outcome<{ messageIds: string[] }>> {
  return inOneCommit(db, async (trx): Promise<Outcome<{ messageIds: string[] }>> => {
    const business = await trx
      .selectFrom('business')
      .select('sample')
      .where('id', '=', businessId)
      .forUpdate()
      .executeTakeFirst();
    if (!business?.sample) return refused('Only the sample shop can be removed so.');
    const mails = await sentMails(trx, businessId);
    const tables = await tablesInOrder(trx, (await currentSchema(trx)) ?? 'public');
    for (const { name, columns } of tables.toReversed()) {
      if (columns.includes('business_id'))
        await sql`delete from ${sql.table(name)} where business_id = ${businessId}`.execute(trx);
    }
    await trx.deleteFrom('business').where('id', '=', businessId).execute();
    return { ok: true, messageIds: mails };
  });
}

async function sentMails(db: Db, businessId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select message_id as id from message where business_id = ${businessId}
    union all select message_id from letter where business_id = ${businessId} and message_id is not null`.execute(db);
  return rows.map(({ id }) => id);
}

const florist = {
  name: 'Rosa & Fern (sample)',
  zone: 'Europe/London',
  from: { name: 'Rosa & Fern', address: 'hello@rosa-and-fern.example' },
  postalAddress: '12 Market Row\nBath BA1 5LZ\nUnited Kingdom',
};
