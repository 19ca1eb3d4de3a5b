import type { Context } from 'hono';
import { html } from 'hono/html';
import type { SignedIn } from '../../../businesses/accounts.ts';
import type { Refusal } from '../../../businesses/commit.ts';
import { findBegunShop } from '../../../businesses/setup.ts';
import { addShop } from '../../../occasions/new-shop.ts';
import { addSampleShop } from '../../../occasions/sample-shop.ts';
import { readForm, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, press } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { asChange, readShopValues, shopFields, type ShopValues } from '../settings/shop-form.ts';
import { firstPage } from './frame.ts';

/** The first question: which shop. For owners as often as they have another one. */
export async function newShopPage(c: Context, site: Site, account: SignedIn): Promise<Response> {
  const begun = await findBegunShop(site.db, account.accountId);
  return firstPage(c, { title: 'Your shop', content: page(account, startValues(account), undefined, begun) });
}

export async function newShopPost(c: Context, site: Site, account: SignedIn): Promise<Response> {
  const form = await readForm(c);
  const values = readShopValues((name) => textOf(form, name));
  const { name, zone, postalAddress, ...rest } = asChange(values);
  const from = { name, address: values.from };
  const actor = { by: `account:${account.accountId}`, now: site.now() };
  const asked = {
    name,
    zone,
    postalAddress,
    from,
    ...(rest.country && { country: rest.country }),
    ...(rest.locale && { locale: rest.locale }),
  };
  const added = await addShop(site.db, account.accountId, asked, actor);
  if (!added.ok) return firstPage(c, { title: 'Your shop', content: page(account, values, asSaid(added, values)), status: 422 });
  return c.redirect(`/shops/${added.slug}/welcome/look`, 303);
}

/** A florist with 200 made-up customers, to look around in. */
export async function sampleShopPost(c: Context, site: Site, account: SignedIn): Promise<Response> {
  const { slug } = await addSampleShop(site.db, account.accountId, { by: `account:${account.accountId}`, now: site.now() });
  return c.redirect(`/shops/${slug}`, 303);
}

function startValues({ email }: SignedIn): ShopValues {
  return { name: '', postalAddress: '', zone: '', country: '', language: 'en', fromName: '', from: email };
}

// Nobody who left both open has typed a wrong zone.
function asSaid(refusal: Refusal, { zone }: ShopValues): Refusal {
  if (refusal.about !== 'zone' || zone !== '') return refusal;
  return { ...refusal, reason: 'Choose the time zone, such as Europe/London. Cards go out by its clock.' };
}

/** A shop whose set-up is not done yet. */
type Begun = { slug: string; name: string };

function page(account: SignedIn, values: ShopValues, refusal: Refusal | undefined, begun?: Begun): Html {
  return html`<div class="head">
      <div>
        <h1>Tell us about your shop</h1>
        <p>Ten minutes, ${firstName(account)}, and Fondly remembers every birthday. All of this can be changed later.</p>
      </div>
    </div>
    ${begun ? goBackTo(begun) : ''}
    <form class="box" method="post" action="/welcome/shop" data-keep>
      ${shopFields(values, refusal, true)}
      <p class="welcome-on">${button('Go on', { kind: 'main' })}</p>
    </form>
    <section class="welcome-aside">
      <h2>Only looking?</h2>
      <p>
        Walk around in a florist’s shop with 200 made-up customers. Nothing of it can ever be mailed, and it goes away at one
        press.
      </p>
      ${press('/welcome/sample', 'Show me the sample shop', { icon: 'store' })}
    </section>`;
}

// Who comes back by the browser's arrow would make another shop.
function goBackTo({ slug, name }: Begun): Html {
  return html`<p>
    <strong>${name}</strong> is begun already: <a href="/shops/${slug}/welcome">go on setting it up</a>, or
    <a href="/shops/${slug}/settings">change what you wrote</a>. This page makes another shop.
  </p>`;
}

function firstName({ name }: SignedIn): string {
  return name.split(/\s+/)[0] ?? name;
}
