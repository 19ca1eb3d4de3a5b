import { describe, expect, it } from 'vitest';
import { switchOn } from '../../src/businesses/business.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { saidAfter } from '../support/said.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, business } = house;

describe('the members of a shop', () => {
  it('are listed with what they may do, for owners only', async () => {
    const { page } = await ada.get('/members');
    expect(page).toContain('ben@rosa.example');
    expect(page).toContain('aria-label="Make an owner: Ben"');
    expect(page).not.toContain('cem@');
    expect((await ben.get('/members')).status).toBe(403);
  });

  it('change their role at a press, from the next request on, and back by undo', async () => {
    const made = await ada.post(`/members/${ben.memberId}/role`, { role: 'owner' });
    expect((await ben.get('/members')).status).toBe(200);
    const { says, undo } = await saidAfter(ada, made);
    expect(says).toContain('Ben is an owner now.');
    await undo();
    expect((await ben.get('/members')).status).toBe(403);
    expect((await ada.post(`/members/${ben.memberId}/role`, { role: 'king' })).status).toBe(404);
  });

  it('never lose their last owner', async () => {
    const refused = await ada.post(`/members/${ada.memberId}/role`, { role: 'staff' });
    expect([refused.status, refused.page.includes('A shop needs an owner.')]).toEqual([422, true]);
    expect((await ada.get(`/members/${ada.memberId}/end`)).page).toContain('Leave Rosa &amp; Fern?');
    const left = await ada.post(`/members/${ada.memberId}/end`);
    expect([left.status, left.page.includes('A shop needs an owner.')]).toEqual([422, true]);
  });

  it('go after a question that names them, and see nothing from then on', async () => {
    const guest = await house.guest('Gone', 'staff');
    expect((await guest.get('')).status).toBe(200);
    expect((await ada.get(`/members/${guest.memberId}/end`)).page).toContain('End the membership of Gone?');
    expect((await guest.get('')).status).toBe(200);
    const ended = await ada.post(`/members/${guest.memberId}/end`);
    expect((await saidAfter(ada, ended)).says).toContain('Gone is no member any more.');
    expect([(await guest.get('')).status, (await guest.open('/account')).status]).toEqual([404, 200]);
    expect((await ada.post(`/members/${guest.memberId}/end`)).status).toBe(404);
  });
});

describe('asking somebody to join', () => {
  it('gives a link, which can be looked at again and taken back', async () => {
    const made = await ada.post('/members/invitations', { role: 'owner', email: 'Pia@People.example', how: 'link' });
    const path = made.location.replace('/shops/rosa', '');
    const first = await ada.get(path);
    expect(first.page).toContain('an owner');
    expect(/value="(http\S+\/invited\/[\w-]+)"/.exec(first.page)?.[1]).toBe(/data-copy="(\S+)"/.exec(first.page)?.[1]);
    expect((await ada.get('/members')).page).toContain('Pia@people.example');
    const back = await ada.post(`${path}/withdraw`);
    expect((await saidAfter(ada, back)).says).toContain('its link opens nothing any more');
    expect((await ada.get(path)).status).toBe(404);
  });

  it('keeps what was typed when the address is none', async () => {
    const refused = await ada.post('/members/invitations', { role: 'owner', email: 'pia at home', how: 'link' });
    expect([refused.status, refused.page.includes('value="pia at home"')]).toEqual([422, true]);
    expect(refused.page).toMatch(/value="owner"\s+checked/);
  });

  it('goes by mail only where mail leaves', async () => {
    const asked = { role: 'staff', email: 'pia@people.example', how: 'mail' };
    const letters = () => db.selectFrom('letter').select('kind').where('kind', '=', 'invitation').execute();
    expect((await ada.get('/members')).page).not.toContain('Send it by mail');
    await ada.post('/members/invitations', asked);
    expect(await letters()).toEqual([]);
    await switchOn(db, business.id, { by: `member:${ada.memberId}`, now: house.app.now() });
    await db.updateTable('business').set({ smtp_rev: 1 }).where('id', '=', business.id).execute();
    expect((await ada.get('/members')).page).toContain('Send it by mail');
    const sent = await ada.post('/members/invitations', asked);
    expect((await saidAfter(ada, sent)).says).toContain('A letter to pia@people.example is on its way.');
    expect(await letters()).toHaveLength(1);
    const nowhere = await ada.post('/members/invitations', { ...asked, email: '' });
    expect([nowhere.status, nowhere.page.includes('To which address?')]).toEqual([422, true]);
  });
});

describe('a shop of one’s own', () => {
  const asked = {
    name: 'Ben Mail',
    postalAddress: '3 Quay Street\nCork',
    zone: 'Europe/Dublin',
    country: '',
    language: 'en',
    from: 'ben@mail.example',
  };
  const shops = async () => (await db.selectFrom('business').select('slug').execute()).length;

  it('is opened by owners and by the installation’s first account; staff and strangers read whom to ask', async () => {
    const [first, gone] = [await house.guest('First'), await house.guest('Gone')];
    const before = new Date('2020-01-01T00:00:00Z');
    await db.updateTable('auth_user').set({ created_at: before }).where('id', '=', first.accountId).execute();
    const known = await shops();
    for (const guest of [ben, gone]) {
      await guest.send('/welcome/sample');
      for (const answer of [await guest.open('/welcome/shop'), await guest.send('/welcome/shop', asked)])
        expect([answer.status, answer.page.includes('Ask an owner to open it for you')]).toEqual([403, true]);
    }
    expect(await shops()).toBe(known + 2);
    expect((await ben.get('')).page).not.toContain('Add another shop');
    expect((await ada.get('')).page).toContain('Add another shop');
    for (const guest of [ada, first]) {
      expect((await guest.open('/welcome/shop')).status).toBe(200);
      expect((await guest.send('/welcome/shop', asked)).status).toBe(303);
    }
  });
});
