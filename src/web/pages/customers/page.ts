import { html } from 'hono/html';
import { authorsOf, type NameOf } from '../../../businesses/authors.ts';
import { openMerge } from '../../../customers/merge-memory.ts';
import { nameOf, type Profile } from '../../../customers/profile.ts';
import { storyOf } from '../../../customers/story.ts';
import { languageInEnglish } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { icon, linkButton, type Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { datesSection } from './dates.ts';
import { followUpsSection } from './follow-ups.ts';
import { lookUp } from './look-up.ts';
import { notesSection } from './notes.ts';
import { purchasesSection } from './purchases.ts';
import { comingSection, standingBox } from './standing.ts';
import { stopsSection } from './stops.ts';
import { storySection } from './story.ts';
import type { Trouble } from './trouble.ts';
import { dayOf, yearlyText } from './words.ts';

const STORY = 30;

/** One customer: what they get and why, their days, and their story. */
export async function customerPage(visit: Visit, trouble?: Trouble): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { profile } = found;
  const { db, business, c } = visit;
  const before = c.req.query('before');
  const story = await storyOf(db, business.id, profile.customer.id, before ? { before } : {}, STORY);
  const who = await authorsOf(db, business.id);
  const merge = await openMerge(db, business.id, profile.customer.id, visit.now);
  const told = storySection(visit, { profile, story, who, merge });
  if (visit.fragment && before) return c.html(told);
  const content = html`${head(visit, profile)} ${standingBox(visit, profile)} ${followUpsSection(visit, profile)}
    <div class="customers-columns">
      <div class="customers-facts">${facts(visit, profile, who, trouble)}</div>
      <section class="customers-story" aria-labelledby="customers-story">
        <h2 id="customers-story">Their story</h2>
        ${told}
      </section>
      ${moreSection(visit, profile)}
    </div>`;
  const title = nameOf(profile.person);
  return membersPage(visit, { title, section: 'customers', content, wide: true, ...(trouble ? { status: 422 } : {}) });
}

function facts(visit: Visit, profile: Profile, who: NameOf, trouble: Trouble | undefined): Html {
  return html`${datesSection(visit, profile, trouble)} ${comingSection(visit, profile)} ${notesSection(visit, profile, trouble)}
  ${purchasesSection(visit, profile, trouble)} ${stopsSection(visit, profile, who, trouble)}`;
}

function head(visit: Visit, { person, customer, mates }: Profile): Html {
  const { href } = visit;
  const name = nameOf(person);
  return html`<p class="customers-back"><a href="${href('/customers')}">Customers</a></p>
    <div class="head customers-head">
      <span class="seal" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>
      <div>
        <h1><bdi>${name}</bdi></h1>
        <p class="customers-contact">${contact(person)}</p>
        <p class="quiet">${since(visit, customer)}${shared(visit, mates)}</p>
      </div>
      <div class="actions">
        ${linkButton(href(`/customers/${customer.id}/edit`), 'Edit', { icon: 'pencil', says: `Edit ${name}` })}
      </div>
    </div>`;
}

function contact({ email, phone, reference, language, zone }: Profile['person']): Piece[] {
  return [
    email ? html`<a href="mailto:${email}">${icon('mail')}${email}</a>` : '',
    phone ? html`<a href="tel:${phone.replaceAll(/[^\d+]/g, '')}">${icon('phone')}${phone}</a>` : '',
    reference ? html`<span>No. <bdi>${reference}</bdi></span>` : '',
    language ? html`<span>Speaks ${languageInEnglish(language)}</span>` : '',
    zone ? html`<span>${icon('clock')}${zone.replaceAll('_', ' ')}</span>` : '',
  ];
}

function since(visit: Visit, { since_on: since, created_at: created }: Profile['customer']): Piece {
  if (since === null) return html`Here since ${dayOf(created, visit)}.`;
  return html`A customer since
  ${yearlyText({ year: Number(since.slice(0, 4)), month: Number(since.slice(5, 7)), day: Number(since.slice(8, 10)) }, visit.business.country)}.`;
}

function shared({ href }: Visit, mates: Profile['mates']): Piece {
  if (mates.length === 0) return '';
  const links = mates.map(
    ({ id, name }, n) => html`${n > 0 ? ', ' : ''}<a href="${href(`/customers/${id}`)}"><bdi>${name}</bdi></a>`,
  );
  return html` At the same address: ${links}.`;
}

function moreSection({ href }: Visit, { customer }: Profile): Html {
  const at = (path: string): string => href(`/customers/${customer.id}${path}`);
  return html`<section class="box customers-box" aria-labelledby="customers-more">
    <h2 id="customers-more">More</h2>
    <ul class="customers-links">
      <li><a href="${at('/history')}">${icon('history')}Who changed what</a></li>
      <li><a href="${at('/merge')}">${icon('git-merge')}The same person is here twice</a></li>
      <li><a href="${at('/export.json')}">${icon('download')}All that is kept about them, as JSON</a></li>
      <li><a href="${at('/export.csv')}">${icon('download')}The same as a table (CSV)</a></li>
      <li><a href="${at('/erase')}">${icon('user-round-x')}Erase this person</a></li>
    </ul>
  </section>`;
}
