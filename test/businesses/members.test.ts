import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { askReset, writeReset } from '../../src/businesses/accounts-reset.ts';
import { findBusiness, switchOn } from '../../src/businesses/business.ts';
import {
  acceptInvitation,
  findInvitation,
  invite,
  listInvitations,
  withdrawInvitation,
  writeInvitation,
} from '../../src/businesses/invitations.ts';
import { sendLetter } from '../../src/businesses/letters.ts';
import { addMember, changeRole, endMembership, listMembers, memberNames, memberOf } from '../../src/businesses/members.ts';
import { changeSmtp, leaveOwnSmtp } from '../../src/businesses/smtp.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, cem, business } = house;
const now = house.app.now();
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const byAda = { by: `member:${ada.memberId}`, now };

const openInvitation = async (role: 'owner' | 'staff' = 'staff') => {
  const made = await invite(db, business, { role, by: ada.memberId }, byAda);
  if (!made.ok) throw new Error(made.reason);
  return made.id;
};

test('a member is one in their own shop only, by the role that the row says now', async () => {
  expect((await memberOf(db, 'rosa', ben.accountId))?.member).toMatchObject({ name: 'Ben', role: 'staff' });
  expect(await memberOf(db, 'rosa', cem.accountId)).toBeUndefined();
  expect(await memberOf(db, 'nowhere', ada.accountId)).toBeUndefined();
  await changeRole(db, business.id, ben.memberId, 'owner', byAda);
  expect((await memberOf(db, 'rosa', ben.accountId))?.member.role).toBe('owner');
  await changeRole(db, business.id, ben.memberId, 'staff', byAda);
  expect(await listMembers(db, business.id)).toMatchObject([
    { name: 'Ada', role: 'owner', twoFactor: false },
    { name: 'Ben', role: 'staff' },
  ]);
});

test('a shop keeps an owner, also when two owners end each other at the same moment', async () => {
  expect(await changeRole(db, business.id, ada.memberId, 'staff', byAda)).toMatchObject({ ok: false });
  expect(await endMembership(db, business.id, ada.memberId, byAda)).toMatchObject({ ok: false });
  const dora = await house.guest('Dora', 'owner');
  const both = await Promise.all([ada, dora].map(({ memberId }) => endMembership(db, business.id, memberId, byAda)));
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  const left = (await listMembers(db, business.id)).filter(({ role }) => role === 'owner');
  expect(left).toHaveLength(1);
  // Ada comes back, if it was she who went.
  if (left[0]?.name === 'Dora') {
    const back = await openInvitation('owner');
    await acceptInvitation(db, business.id, back, ada.accountId, now);
    await endMembership(db, business.id, dora.memberId, byAda);
  }
  expect([...(await memberNames(db, business.id)).values()]).toEqual(expect.arrayContaining(['Ada', 'Ben', 'Dora']));
  expect(await endMembership(db, house.other.id, ada.memberId, byAda)).toMatchObject({ ok: false });
});

describe('an invitation', () => {
  test('lets one in, once, of two who press at the same moment', async () => {
    const id = await openInvitation();
    const guests = [await house.guest('Finn'), await house.guest('Gil')];
    const came = await Promise.all(guests.map(({ accountId }) => acceptInvitation(db, business.id, id, accountId, now)));
    expect(came.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await findInvitation(db, business.id, id, now))?.state).toBe('accepted');
    const inside = await Promise.all(guests.map(({ accountId }) => memberOf(db, 'rosa', accountId)));
    expect(inside.filter(Boolean)).toMatchObject([{ member: { role: 'staff' } }]);
  });

  test('is over after a week, when it was taken back, and for another shop', async () => {
    const id = await openInvitation();
    const { accountId } = await house.guest('Hal');
    expect((await findInvitation(db, business.id, id, later(6.9)))?.state).toBe('open');
    expect(await acceptInvitation(db, business.id, id, accountId, later(7))).toMatchObject({ ok: false });
    expect(await acceptInvitation(db, house.other.id, id, accountId, now)).toMatchObject({ ok: false });
    expect(await withdrawInvitation(db, house.other.id, id, byAda)).toBe(false);
    expect([await withdrawInvitation(db, business.id, id, byAda), await withdrawInvitation(db, business.id, id, byAda)]).toEqual([
      true,
      false,
    ]);
    expect(await acceptInvitation(db, business.id, id, accountId, now)).toMatchObject({ ok: false });
    expect(await memberOf(db, 'rosa', accountId)).toBeUndefined();
    expect((await listInvitations(db, business.id, now)).map((one) => one.id)).not.toContain(id);
  });

  test('goes with the owner who made it', async () => {
    const ivo = await house.guest('Ivo', 'owner');
    const kept = await invite(db, business, { role: 'owner', by: ivo.memberId }, { by: `member:${ivo.memberId}`, now });
    await changeRole(db, business.id, ivo.memberId, 'staff', byAda);
    const outcome = await acceptInvitation(db, business.id, kept.ok ? kept.id : '', ivo.accountId, now);
    expect(outcome).toMatchObject({ ok: false });
    expect((await memberOf(db, 'rosa', ivo.accountId))?.member.role).toBe('staff');
  });

  test('makes an owner of staff, and nobody staff who is an owner', async () => {
    const jo = await house.guest('Jo', 'staff');
    await acceptInvitation(db, business.id, await openInvitation('owner'), jo.accountId, now);
    expect((await memberOf(db, 'rosa', jo.accountId))?.member.role).toBe('owner');
    await acceptInvitation(db, business.id, await openInvitation('staff'), jo.accountId, now);
    expect((await memberOf(db, 'rosa', jo.accountId))?.member.role).toBe('owner');
  });
});

describe('letters with a key in them', () => {
  const letters = () => db.selectFrom('letter').select(['kind', 'state']).orderBy('created_at').orderBy('id').execute();
  const writers = { invitation: writeInvitation, password: writeReset };

  test('are kept in no outbox that others read', async () => {
    const sender = await house.app.openSender();
    await invite(db, business, { role: 'owner', email: 'new@people.example', mail: true, by: ada.memberId }, byAda);
    while (await sendLetter(sender, writers, now));
    expect(await letters()).toEqual([{ kind: 'invitation', state: 'dropped' }]);
    expect((await readdir(house.app.outboxFolder)).filter((file) => file.endsWith('.eml'))).toEqual([]);
    // Nor is one written for whoever asks for a new password, while nothing leaves.
    await askReset(db, ada.email, { practice: true }, now);
    await askReset(db, ada.email, { practice: false }, now);
    expect(await letters()).toHaveLength(1);
    await sender.stop();
  });

  test('lead to the invitation and to a new password, once the shop sends for real', async () => {
    await switchOn(db, business.id, byAda);
    await invite(db, business, { role: 'staff', email: 'new@people.example', mail: true, by: ada.memberId }, byAda);
    await askReset(db, 'nobody@people.example', { practice: false }, now);
    await askReset(db, 'ADA@rosa.example', { practice: false }, now);
    const rows = await db
      .selectFrom('letter')
      .selectAll()
      .where('state', '=', 'planned')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const links = {
      confirm: () => '',
      invitation: () => 'https://x.example/invited/t',
      password: () => 'https://x.example/reset/t',
    };
    const texts = await Promise.all(rows.map((letter) => writers[letter.kind as keyof typeof writers](db, letter, links)));
    expect(texts).toMatchObject(
      [
        {
          subject: 'Ada invites you to Rosa & Fern',
          to: { address: 'new@people.example' },
          parts: [{}, { link: 'https://x.example/invited/t' }, {}],
        },
        {
          subject: 'A new password for Fondly',
          to: { address: 'ada@rosa.example' },
          parts: [{}, { link: 'https://x.example/reset/t' }, {}],
        },
      ].map((text) =>
        expect.objectContaining({ ...text, parts: expect.arrayContaining([expect.objectContaining(text.parts[1])]) }),
      ),
    );
  });

  test('never pass the mail server of a shop whose owner could so get into another one', async () => {
    const kim = await house.guest('Kim', 'staff');
    const asks = async () => {
      await askReset(db, kim.email, { practice: false }, now);
      const made = db.selectFrom('letter').select(['business_id']).where('reset_user_id', '=', kim.accountId);
      return (await made.execute()).length;
    };
    const by = (memberId: string) => ({ by: `member:${memberId}`, now });
    const server = { host: 'smtp.example.com', port: 465, user: 'rosa', pass: 'x' };
    const own = { secretKeys: house.app.secretKeys, publicUrl: 'http://127.0.0.1:3000' };
    await changeSmtp(db, business.id, server, own, byAda);
    expect(await asks()).toBe(1);
    const thorn = await findBusiness(db, 'thorn');
    const joined = await addMember(db, thorn!.id, { accountId: kim.accountId, role: 'staff' }, byAda);
    expect(joined.ok).toBe(true);
    expect(await asks()).toBe(1);
    const [letter] = await db.selectFrom('letter').selectAll().where('reset_user_id', '=', kim.accountId).execute();
    const links = { confirm: () => '', invitation: () => '', password: () => 'https://x.example/reset/t' };
    expect(await writeReset(db, letter!, links)).toBeUndefined();
    await changeSmtp(db, business.id, server, own, by(kim.memberId));
    expect(await asks()).toBe(2);
    await leaveOwnSmtp(db, business.id, byAda);
    expect(await asks()).toBe(3);
  });
});
