import type { Outcome } from '../../../businesses/commit.ts';
import { doubtArrival, itArrived, sendAgain } from '../../../touchpoints/doubt.ts';
import { findComing } from '../../../touchpoints/coming.ts';
import { textOf } from '../../forms.ts';
import { after, type Said } from '../../members-page.ts';
import { type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** A member says that a card arrived. */
export function arrived(visit: Visit): Promise<Response> {
  return settle(visit, itArrived, {
    say: (customer) => `The card for ${customer} arrived: noted.`,
    undo: 'unsure',
  });
}

/** Nobody knows after all. */
export function unsure(visit: Visit): Promise<Response> {
  return settle(visit, doubtArrival, { say: (customer) => `The card for ${customer} may or may not have arrived.` });
}

/** The very same mail once more. */
export function again(visit: Visit): Promise<Response> {
  return settle(visit, sendAgain, { say: (customer) => `The card for ${customer} leaves once more, just as it was.` });
}

/** What can be said of a card whose fate is unknown. Nothing is sent to somebody who was erased. */
export function doubtPresses({ href }: Visit, { id, name, gone }: { id: string; name: string; gone: boolean }, back = ''): Piece {
  const fields = { back };
  return [
    press(href(`/sent/${id}/arrived`), 'It arrived', { icon: 'check', fields, says: `It arrived: the card for ${name}` }),
    gone
      ? ''
      : press(href(`/sent/${id}/again`), 'Send again', { icon: 'send', fields, says: `Send again: the card for ${name}` }),
  ];
}

type Verb = typeof itArrived;

async function settle(
  visit: Visit,
  verb: Verb,
  { say, undo }: { say: (customer: string) => string; undo?: string },
): Promise<Response> {
  const { db, business, actor } = visit;
  const id = visit.id('touchpoint');
  if (id === undefined) return visit.missing();
  const card = await findComing(db, business.id, id);
  const outcome: Outcome = await verb(db, business.id, id, actor);
  if (!outcome.ok && outcome.reason === 'There is no such card.') return visit.missing();
  const back = textOf(await visit.form(), 'back') === 'mail' ? `/sent/${id}` : '/sent';
  const said: Said = { say: outcome.ok ? say(card?.customer ?? 'somebody who was erased') : outcome.reason };
  const fields = back === '/sent' ? {} : { back: 'mail' };
  if (outcome.ok && undo) said.undo = { path: `/sent/${id}/${undo}`, fields };
  return after(visit, back, said);
}
