import { html } from 'hono/html';
import { addDays } from '../../../calendar/day.ts';
import { changeCustomer } from '../../../customers/customer.ts';
import type { PersonFields } from '../../../customers/read-person.ts';
import { type ComingCard, findComing } from '../../../touchpoints/coming.ts';
import { listNothing, type NothingRow } from '../../../touchpoints/nothing.ts';
import { planNow } from '../../../touchpoints/plan.ts';
import { isReason, sentenceFor } from '../../../touchpoints/reasons.ts';
import { todayOf } from '../../days.ts';
import { textOf } from '../../forms.ts';
import { after, membersPage } from '../../members-page.ts';
import { empty, pager } from '../../parts.ts';
import { dayPlace } from '../../places.ts';
import type { Visit } from '../../visit.ts';
import { person, slugOf, titleOf } from './nothing-panel.ts';
import { readingOf } from './reading.ts';
import { repair, type Typed } from './repairs.ts';
import { stateWords } from './state.ts';

const PER_PAGE = 50;
const DAYS = 30;

/** Everybody who gets nothing for one reason, each with the repair. */
export async function nothingPage(visit: Visit): Promise<Response> {
  const reason = (visit.c.req.param('reason') ?? '').replaceAll('-', ' ');
  if (!isReason(reason)) return visit.missing();
  const today = todayOf(visit);
  const span = { reason, from: today, to: addDays(today, DAYS), after: dayPlace(visit.c.req.query('after')) };
  const rows = await listNothing(visit.db, visit.business.id, span, PER_PAGE + 1);
  const last = rows.length > PER_PAGE ? rows[PER_PAGE - 1] : undefined;
  const next = last && visit.href(`/nothing/${slugOf(reason)}?after=${last.day}.${last.id}`);
  return show(visit, reason, rows.slice(0, PER_PAGE), { next });
}

/** Adds an address, so that the card can go. */
export function addEmail(visit: Visit): Promise<Response> {
  return mend(
    visit,
    'email',
    (email) => ({ email }),
    (card) => ({ email: card.email ?? '' }),
  );
}

/** Notes how a customer agreed to be written to. */
export function noteBasis(visit: Visit): Promise<Response> {
  const on = todayOf(visit);
  const agreed = (source: string): PersonFields => ({
    basis: source === '' ? { kind: 'none' } : { kind: 'consent', source, on },
  });
  return mend(visit, 'basis', agreed, () => ({ basis: '' }));
}

/** Fills in the name that a card speaks of. */
export function fillName(visit: Visit): Promise<Response> {
  return mend(
    visit,
    'name',
    (givenName) => ({ givenName }),
    () => ({ name: '' }),
  );
}

type Verb = 'email' | 'basis' | 'name';

const REASONS: Record<Verb, string> = { email: 'no email', basis: 'no basis', name: 'field missing' };

async function mend(
  visit: Visit,
  verb: Verb,
  change: (typed: string) => PersonFields,
  back: (card: ComingCard) => Record<string, string>,
): Promise<Response> {
  const { db, business, actor } = visit;
  const id = visit.id('touchpoint');
  const card = id && (await findComing(db, business.id, id));
  if (!card) return visit.missing();
  const form = await visit.form();
  const value = textOf(form, verb).trim();
  const undoing = textOf(form, 'undo') !== '';
  const done =
    value === '' && !undoing
      ? { ok: false as const, reason: 'Write something here first.' }
      : await changeCustomer(db, business.id, card.customerId, change(value), actor);
  if (!done.ok) return again(visit, card, verb, { value, problem: done.reason });
  await planNow(db, business.id, [card.customerId], visit.now);
  const undo = !undoing ? { undo: { path: `/nothing/${card.id}/${verb}`, fields: { ...back(card), undo: '1' } } } : {};
  return after(visit, '', { say: undoing ? 'Taken back.' : await saying(visit, card), ...undo });
}

/** What became of the card by the repair. */
async function saying(visit: Visit, { id, customer }: ComingCard): Promise<string> {
  const card = await findComing(visit.db, visit.business.id, id);
  const words = card && stateWords(card, await readingOf(visit)).text;
  return `${card?.customer ?? customer}: ${words ?? 'noted'}.`;
}

function again(visit: Visit, card: ComingCard, verb: Verb, typed: Typed): Promise<Response> {
  const row = { ...card, givenName: null };
  return show(visit, REASONS[verb], [row], { typed });
}

function show(
  visit: Visit,
  reason: string,
  rows: NothingRow[],
  { next, typed }: { next?: string | undefined; typed?: Typed },
): Promise<Response> {
  const today = todayOf(visit);
  const content = html`<p class="back"><a href="${visit.href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1>${titleOf(reason)}</h1>
        <p>${sentenceFor(reason)}</p>
      </div>
    </div>
    ${
      rows.length === 0
        ? empty({ title: 'Nobody', text: 'This keeps no card from going in the next 30 days.' })
        : html`<ul class="rows home-people">
            ${rows.map(
              (row) =>
                html`<li>
                  <div>${person(visit, row, today)}</div>
                  ${repair(visit, reason, row, typed ?? {})}
                </li>`,
            )}
          </ul>`
    }
    ${pager({ next })}`;
  return membersPage(visit, { title: titleOf(reason), section: 'home', content, ...(typed ? { status: 422 } : {}) });
}
