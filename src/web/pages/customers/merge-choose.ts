import { html } from 'hono/html';
import type { ListedCustomer } from '../../../customers/listed.ts';
import { nameOf } from '../../../customers/profile.ts';
import { searchCustomers } from '../../../customers/search.ts';
import { todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { topOf } from './frame.ts';
import { lookUp } from './look-up.ts';

const FOUND = 20;

/** Looks for the other entry of the same person: first by the whole name, then by parts of it, the address and the number. */
export async function mergePage(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { customer, person } = found.profile;
  const name = nameOf(person);
  const typed = visit.c.req.query('q');
  const parts = [name, person.family_name, person.email, person.phone, person.given_name];
  const tries = typed === undefined ? parts.filter((text) => text !== null) : [typed];
  const { q, others } = await firstFound(visit, customer.id, tries.filter(Boolean));
  const at = visit.href(`/customers/${customer.id}/merge`);
  if (visit.fragment) return visit.c.html(othersList(at, others));
  const about = 'Choose the other entry. You see both side by side before anything happens.';
  const content = html`${topOf(visit, { id: customer.id, name }, html`Who is the same person as <bdi>${name}</bdi>?`, about)}
  ${searchBox(at, q)} ${othersList(at, others)}`;
  return membersPage(visit, { title: `Join ${name} with another entry`, section: 'customers', content });
}

function searchBox(at: string, q: string): Html {
  return html`<form
    class="customers-search"
    role="search"
    method="get"
    action="${at}"
    hx-get="${at}"
    hx-target="#customers-others"
    hx-swap="outerHTML"
    hx-trigger="submit, input delay:120ms"
    hx-sync="this:replace"
  >
    <label class="unseen" for="customers-q">Search the other entry</label>
    <input id="customers-q" type="search" name="q" value="${q}" autocomplete="off" /><button>Search</button>
  </form>`;
}

function othersList(at: string, others: ListedCustomer[]): Html {
  const nobody = { title: 'Nobody else found', text: 'Type a name, an address or a phone number of the other entry.' };
  const lines = others.map(({ id, givenName, familyName, email, phone, reference }) => {
    const name = [givenName, familyName].filter(Boolean).join(' ') || email || reference;
    return html`<li>
      <a href="${at}/${id}"><bdi>${name}</bdi></a>
      <small>${[email, phone].filter(Boolean).join(' · ')}</small>
    </li>`;
  });
  const list = html`<ul class="rows customers-pick">
    ${lines}
  </ul>`;
  return html`<div id="customers-others">${others.length === 0 ? empty(nobody) : list}</div>`;
}

/** The first of these texts that finds somebody else. */
async function firstFound(visit: Visit, customerId: string, tries: string[]): Promise<{ q: string; others: ListedCustomer[] }> {
  const { db, business, now } = visit;
  for (const q of tries) {
    const { customers } = await searchCustomers(db, business.id, { q, today: todayOf(visit), now }, FOUND);
    const others = customers.filter(({ id }) => id !== customerId);
    if (others.length > 0) return { q, others };
  }
  return { q: tries[0] ?? '', others: [] };
}
