import { html } from 'hono/html';
import { encodeQR } from 'qr';
import sharp from 'sharp';
import { removeSampleShop } from '../../../occasions/sample-shop.ts';
import { removeMails } from '../../../mail/outbox.ts';
import type { Html } from '../../layout.ts';
import { practises } from '../../members-page.ts';
import { linkButton, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { settingsPage } from './tabs.ts';

/** What is pressed rarely: pause, switching on, the sample shop. */
export function morePage(visit: Visit): Promise<Response> {
  const { business } = visit;
  const boxes = [
    business.sample ? sampleBox(visit) : liveBox(visit),
    pauseBox(visit),
    business.sample ? '' : addressesBox(visit),
  ];
  return settingsPage(visit, '/settings/more', html`<div class="stack">${boxes}</div>`);
}

/** Takes the sample shop away with everything in it. No other shop can go so. */
export async function sampleRemove(visit: Visit): Promise<Response> {
  const removed = await removeSampleShop(visit.db, visit.business.id);
  if (!removed.ok)
    return settingsPage(visit, '/settings/more', html`<p class="problem" role="alert">${removed.reason}</p>`, { status: 422 });
  await removeMails(visit.site.outboxFolder, removed.messageIds);
  return visit.c.redirect('/', 303);
}

/** The address of the sign-up form as a square code, large enough for a print by the till. */
export async function signUpCode(visit: Visit): Promise<Response> {
  const svg = encodeQR(signUpAddress(visit), 'svg', { ecc: 'medium', border: 4 });
  const png = await sharp(Buffer.from(svg))
    .resize(1200, 1200, { kernel: 'nearest' })
    .flatten({ background: '#fff' })
    .png()
    .toBuffer();
  return visit.c.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png' });
}

function signUpAddress({ site, business }: Visit): string {
  return `${site.publicUrl}/join/${business.slug}`;
}

function sampleBox(visit: Visit): Html {
  return html`<section class="box">
    <h2>The sample shop</h2>
    <p>
      200 made-up customers to look around with. Nothing of it can ever be mailed. Removing it takes everything in it away for
      good; your other shops stay as they are.
    </p>
    ${press(visit.href('/settings/sample/remove'), 'Remove the sample shop and its customers', { kind: 'danger', icon: 'trash-2' })}
  </section>`;
}

function liveBox(visit: Visit): Html {
  const { business } = visit;
  if (business.live_at === null)
    return html`<section class="box">
      <h2>Practice</h2>
      <p>Fondly does everything as it will, and keeps the cards here instead of mailing them. See first who would get what.</p>
      ${linkButton(visit.href('/switch-on'), 'See the next 30 days, and switch on', { kind: 'main' })}
    </section>`;
  return html`<section class="box">
    <h2>This shop is live</h2>
    <p>
      ${practises(visit) ? 'There is no mail server, so its cards still go to the outbox here.' : 'Its cards are mailed for real.'}
    </p>
    ${linkButton(visit.href('/settings/mail'), 'How mail leaves')}
  </section>`;
}

function pauseBox(visit: Visit): Html {
  const paused = visit.business.paused_at !== null;
  return html`<section class="box">
    <h2>${paused ? 'Everything is paused' : 'Pause'}</h2>
    <p>
      ${
        paused
          ? html`${visit.business.paused_reason} Cards that come to be too late meanwhile do not go out afterwards.`
          : 'Stops every card of this shop at once, on every machine, within a second. Owners and staff can press it, and take it back.'
      }
    </p>
    ${paused ? press(visit.href('/resume'), 'Send again', { kind: 'main', icon: 'play' }) : press(visit.href('/pause'), 'Pause everything', { icon: 'pause' })}
  </section>`;
}

function addressesBox(visit: Visit): Html {
  const join = signUpAddress(visit);
  const code = visit.href('/settings/sign-up.png');
  return html`<section class="box">
    <h2>Let customers sign up themselves</h2>
    <p>Put this address on your website, or its code on a card by the till. Whoever signs up confirms their e-mail first.</p>
    <div class="settings-sign-up">
      <img src="${code}" alt="The address below, for a phone’s camera" width="160" height="160" />
      <div>
        <p class="settings-address"><a href="${join}">${join}</a></p>
        <div class="actions">
          <button class="quiet" type="button" data-copy="${join}">Copy</button>
          <a class="button quiet" href="${code}" download="sign-up-${visit.business.slug}.png">Keep the code as a picture</a>
        </div>
      </div>
    </div>
  </section>`;
}
