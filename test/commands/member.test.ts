import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { fondly } from '../support/fondly.ts';
import { openHouse } from '../support/house.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
// The command works on the machine's own clock.
house.shop.clock.set(new Date());
const cli = fondly({ DATABASE_URL: url, SECRET_KEY: house.app.secretKeys.join(','), PUBLIC_URL: house.base });
afterAll(() => house.close());

it('lets in again whoever is locked out, by a link that works once', async () => {
  const { link } = await cli.json<{ link: string }>('member', 'reset', '--email', ' ADA@rosa.example', '--without-code');
  const address = link.replace(house.base, '');
  expect((await house.nobody.open(address)).page).toContain('ada@rosa.example');
  expect((await house.nobody.send(address, { password: 'eleven loud geese' })).status).toBe(200);
  const fields = { email: house.ada.email, password: 'eleven loud geese' };
  expect((await house.nobody.send('/sign-in', fields)).status).toBe(303);
  expect((await house.nobody.send(address, { password: 'twelve loud geese' })).status).toBe(410);
  expect(await cli.run('member', 'reset', '--email', 'zed@rosa.example')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'There is no account with this address.\n',
  });
});

it('makes a way into a shop that nobody can enter', async () => {
  const { stdout } = await cli.run('member', 'invite', '--business', 'rosa');
  const link = /http\S+/.exec(stdout)?.[0] ?? '';
  const guest = await house.guest('Rescuer');
  expect((await guest.send(link.replace(house.base, ''))).location).toBe('/shops/rosa');
  expect((await guest.get('/members')).status).toBe(200);
});
