import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');

describe('two members at one customer', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('both keep what they typed; where both changed the same, the later one sees both and chooses', async () => {
    const id = await house.shop.customer({ givenName: 'Mia', familyName: 'Okafor', email: 'mia@example.com' });
    const edit = `/shops/rosa/customers/${id}/edit`;
    const { page: ada } = await windowOf(browser, house, house.ada);
    const { page: ben } = await windowOf(browser, house, house.ben);
    await ada.goto(edit);
    await ben.goto(edit);

    await ada.getByLabel('First name').fill('Maya');
    await ada.getByLabel('Phone').fill('020 7946 0001');
    await press(ada, 'Keep');
    expect(await ada.getByRole('status').filter({ hasText: 'was changed' }).textContent()).toContain('Maya Okafor was changed.');

    await ben.getByLabel('Phone').fill('020 7946 0002');
    await ben.getByLabel('Family name').fill('Okafor-Lee');
    await press(ben, 'Keep');
    expect(await ben.getByRole('alert').first().textContent()).toContain('Somebody else changed this customer');
    const clash = ben.getByRole('group', { name: 'Two of you changed this' });
    expect(await clash.allTextContents()).toHaveLength(1);
    expect(await clash.textContent()).toMatch(/Yours.*020 7946 0002.*Theirs.*020 7946 0001/s);
    // What Ben typed and nobody else touched is still there; what Ada changed alone is shown as she left it.
    expect(await ben.getByLabel('Family name').inputValue()).toBe('Okafor-Lee');
    expect(await ben.getByLabel('First name').inputValue()).toBe('Maya');
    await clash.getByLabel(/Theirs/).check();
    await press(ben, 'Keep');
    expect(await person(id)).toMatchObject({ given_name: 'Maya', family_name: 'Okafor-Lee', phone: '020 7946 0001' });

    // And Ben thinks better of it.
    await press(ben, 'Undo');
    expect(await person(id)).toMatchObject({ given_name: 'Maya', family_name: 'Okafor', phone: '020 7946 0001' });
    await ada.goto(`/shops/rosa/customers/${id}/history`);
    const history = await ada.locator('.customers-history').textContent();
    expect(history).toContain('Ben changed: family name.');
    expect(history).toContain('Ada changed: first name, phone.');
  });

  async function press(page: Page, name: string): Promise<void> {
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
  }

  async function person(id: string) {
    return db.selectFrom('person').selectAll().where('customer_id', '=', id).executeTakeFirst();
  }
});
