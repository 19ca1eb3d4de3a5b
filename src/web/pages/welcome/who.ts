import { html } from 'hono/html';
import { whyNoShop } from '../../../businesses/setup.ts';
import { press } from '../../parts.ts';
import { doorPage, type ToSignedIn } from '../account/page.ts';

/** For those who may open a shop; the others read whom to ask, and may look around. */
export function byOwners(to: ToSignedIn): ToSignedIn {
  return async (c, site, who) => {
    const obstacle = await whyNoShop(site.db, who.accountId);
    if (!obstacle) return to(c, site, who);
    const content = html`<h1>A shop of your own</h1>
      <p>${obstacle}</p>
      <p>To try things out there is a florist’s shop with 200 made-up customers, of which nothing is ever mailed.</p>
      <div class="door-end">${press('/welcome/sample', 'Show me the sample shop', { icon: 'store' })}</div>`;
    return doorPage(c, { title: 'A shop of your own', content, who, status: 403 });
  };
}
