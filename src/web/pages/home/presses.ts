import { html } from 'hono/html';
import { addDays, parseDay } from '../../../calendar/day.ts';
import type { Db, Outcome } from '../../../businesses/commit.ts';
import { type ComingCard, findComing } from '../../../touchpoints/coming.ts';
import {
  approveDays,
  approveTouchpoints,
  type ChangedCard,
  holdTouchpoints,
  releaseTouchpoints,
  skipTouchpoints,
  unskipTouchpoints,
  withdrawApprovals,
} from '../../../touchpoints/decide.ts';
import { tooLate } from '../../../touchpoints/decision.ts';
import { sendNow } from '../../../touchpoints/hurry.ts';
import { writeLine } from '../../../touchpoints/line.ts';
import { swapCard } from '../../../touchpoints/swap.ts';
import { dayWords, todayOf } from '../../days.ts';
import { type Form, textOf } from '../../forms.ts';
import { after, type Said } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { comingPage } from './card.ts';
import { cards, readingOf } from './reading.ts';
import { row, rowPress } from './rows.ts';
import { stateWords } from './state.ts';

/** The way back from a press on one card: another press on it. */
interface Way {
  verb: string;
  fields?: Record<string, string>;
}

interface Done {
  outcome: Outcome;
  say?: (card: ComingCard) => string;
  undo?: Way;
}

type Press = (visit: Visit, at: { id: string; form: Form }) => Promise<Done>;

/** Whoever looked at an older version gets to see the one that would go now, and nothing is approved. */
export const approve = pressOn(async ({ db, business, actor, now }, { id, form }) => {
  const shown = textOf(form, 'shown');
  const approved = await approveTouchpoints(db, business.id, { ids: [id], shown: [shown] }, actor);
  return {
    outcome: approved.length > 0 ? { ok: true } : await tooLate(db, business.id, id, shown),
    undo: { verb: 'unapprove', fields: { at: now.toISOString() } },
  };
});

export const unapprove = pressOn(async ({ db, business, actor }, { id, form }) => {
  const at = dateIn(textOf(form, 'at'));
  return { outcome: await reached(db, business.id, id, at ? withdrawApprovals(db, business.id, { at, id }, actor) : none()) };
});

export const hold = pressOn(async ({ db, business, actor }, { id }) => ({
  outcome: await reached(db, business.id, id, holdTouchpoints(db, business.id, [id], actor)),
  undo: { verb: 'release' },
}));

export const release = pressOn(async ({ db, business, actor }, { id }) => ({
  outcome: await reached(db, business.id, id, releaseTouchpoints(db, business.id, [id], actor)),
  undo: { verb: 'hold' },
}));

export const skip = pressOn(async ({ db, business, actor }, { id }) => ({
  outcome: await reached(db, business.id, id, skipTouchpoints(db, business.id, [id], actor)),
  say: ({ customer, occasion }) => `${customer} does not get this card (${occasion}).`,
  undo: { verb: 'unskip' },
}));

export const unskip = pressOn(async ({ db, business, actor }, { id }) => ({
  outcome: await reached(db, business.id, id, unskipTouchpoints(db, business.id, [id], actor)),
}));

export const sendOne = pressOn(async ({ db, business, actor }, { id, form }) => ({
  outcome: await sendNow(db, business.id, { id, shown: textOf(form, 'shown') }, actor),
  say: ({ customer }) => `The card for ${customer} leaves now. You will find it under Sent.`,
}));

export const swap = pressOn(async ({ db, business, actor }, { id, form }) => {
  const wanted = textOf(form, 'card');
  const cardId = idIn(wanted) ?? null;
  if (cardId === null && wanted !== '')
    return { outcome: { ok: false, reason: 'There is no such card. Choose one of your own.' } };
  const outcome = await swapCard(db, business.id, id, cardId, actor);
  const say = ({ customer, card }: ComingCard) => `${customer} gets “${card}”.`;
  return outcome.ok ? { outcome, say, undo: { verb: 'swap', fields: { card: outcome.before ?? '' } } } : { outcome };
});

/** What was typed is shown again with what is wrong with it. */
export async function line(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const id = visit.id('touchpoint');
  const card = id && (await findComing(db, business.id, id));
  if (!card) return visit.missing();
  const words = textOf(await visit.form(), 'line');
  const outcome = await writeLine(db, business.id, card.id, words, actor);
  if (!outcome.ok) return comingPage(visit, { line: words, problem: outcome.reason });
  const path = `/coming/${card.id}`;
  if (!outcome.changed) return after(visit, path);
  const say = words.trim() === '' ? 'The line was taken out.' : `Your line goes with the card for ${card.customer}.`;
  return after(visit, path, { say, undo: { path: `${path}/line`, fields: { line: outcome.before } } });
}

/** Lets everything go that waits on a day; today's includes what is left of the days before. */
export async function approveDay(visit: Visit): Promise<Response> {
  const { db, business, actor, now, c } = visit;
  const day = parseDay(c.req.param('day') ?? '');
  if (day === undefined) return visit.missing();
  const form = await visit.form();
  const back = backIn(form);
  const from = day === todayOf(visit) ? addDays(day, -200) : day;
  const shown = textOf(form, 'shown').split(' ');
  const { approved, changed } = await approveDays(db, business.id, { from, to: day, shown }, actor);
  const rest = changedWords(changed);
  if (approved.length === 0) return after(visit, back, { say: rest || 'Nothing waits on this day any more.' });
  const going = `${cards(approved.length)} of ${dayWords(day, todayOf(visit))} ${approved.length === 1 ? 'goes' : 'go'} now as planned.`;
  const say = `${going} ${rest}`.trim();
  return after(visit, back, { say, undo: { path: `/day/${day}/unapprove`, fields: { at: now.toISOString(), back } } });
}

/** Takes one press of "approve all" back, where the cards have not left. */
export async function unapproveDay(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = dateIn(textOf(form, 'at'));
  if (!at) return visit.missing();
  const ids = await withdrawApprovals(visit.db, visit.business.id, { at }, visit.actor);
  const say =
    ids.length === 0
      ? 'These cards have left already.'
      : `${cards(ids.length)} ${ids.length === 1 ? 'waits' : 'wait'} for a yes again.`;
  return after(visit, backIn(form), { say });
}

function changedWords(changed: ChangedCard[]): string {
  const count = changed.reduce((sum, each) => sum + each.count, 0);
  const names = new Intl.ListFormat('en').format(changed.map(({ card }) => `“${card}”`));
  if (count === 0) return '';
  return `${cards(count)} still ${count === 1 ? 'waits' : 'wait'}: ${names} changed after you looked. Look again, then approve.`;
}

function pressOn(work: Press): (visit: Visit) => Promise<Response> {
  return async (visit) => {
    const id = visit.id('touchpoint');
    const card = id && (await findComing(visit.db, visit.business.id, id));
    if (!card) return visit.missing();
    const form = await visit.form();
    const done = await work(visit, { id: card.id, form });
    const fresh = (await findComing(visit.db, visit.business.id, card.id)) ?? card;
    return answer(visit, fresh, done, backIn(form));
  };
}

async function answer(visit: Visit, card: ComingCard, done: Done, back: string): Promise<Response> {
  const reading = await readingOf(visit);
  const { outcome, undo } = done;
  const say = outcome.ok ? (done.say?.(card) ?? `${card.customer}: ${stateWords(card, reading).text}.`) : outcome.reason;
  if (!outcome.ok && outcome.about === 'shown') return lookAgain(visit, card, outcome.reason);
  if (visit.fragment) {
    const way =
      outcome.ok && undo ? rowPress(visit, card.id, undo.verb, 'Undo', back, { icon: 'undo-2', fields: undo.fields ?? {} }) : '';
    return visit.c.html(row(visit, card, reading, back, outcome.ok ? way : html`<b>${say}</b>`));
  }
  const said: Said = { say };
  if (outcome.ok && undo) said.undo = { path: `/coming/${card.id}/${undo.verb}`, fields: { ...undo.fields, back } };
  return after(visit, back, said);
}

function lookAgain(visit: Visit, { id }: ComingCard, say: string): Response {
  const page = after(visit, `/coming/${id}`, { say });
  if (!visit.fragment) return page;
  // A row has no room for a card: htmx goes to its page.
  page.headers.set('HX-Redirect', page.headers.get('location') ?? '');
  page.headers.delete('location');
  return new Response(null, { status: 204, headers: page.headers });
}

async function reached(db: Db, businessId: string, id: string, work: Promise<string[]>): Promise<Outcome> {
  return (await work).length > 0 ? { ok: true } : tooLate(db, businessId, id);
}

async function none(): Promise<string[]> {
  return [];
}

/** Only our own pages; anything else is home. */
function backIn(form: Form): string {
  const back = textOf(form, 'back');
  return /^(\/waiting|\/day\/\d{4}-\d\d-\d\d|\/coming\/[0-9a-f-]{36})$/.test(back) ? back : '';
}

function dateIn(text: string): Date | undefined {
  const date = new Date(text);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(date.getTime()) ? date : undefined;
}
