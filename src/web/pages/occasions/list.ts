import { html } from 'hono/html';
import { addDays } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { choicesOf, outlookOf } from '../../../occasions/occasion-outlook.ts';
import { listArchived, listOccasions, type Occasion } from '../../../occasions/occasion.ts';
import { sentenceOf } from '../../../occasions/sentence.ts';
import { moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { occasionArticle, type Tried } from './article.ts';

export const OUTLOOK_DAYS = 30;

/** Every occasion as a sentence. `tried` is a form that could not be kept, by the occasion's id. */
export async function occasionsList(visit: Visit, tried: { id: string } & Tried = { id: '' }): Promise<Response> {
  const { db, business, now, href } = visit;
  const today = localDayOf(now, business.zone);
  const [occasions, away, choices, outlook] = await Promise.all([
    listOccasions(db, business.id),
    listArchived(db, business.id),
    choicesOf(db, business.id),
    outlookOf(db, business.id, today, addDays(today, OUTLOOK_DAYS)),
  ]);
  const add = linkButton(href('/occasions/new'), 'Add an occasion', { kind: 'main', icon: 'plus' });
  const articles = occasions.map((occasion) => {
    const own = occasion.id === tried.id ? tried : {};
    return occasionArticle(visit, { ...own, occasion, choices, outlook: outlook.get(occasion.id), today });
  });
  const content = html`${head(add)} ${occasions.length === 0 ? noneYet(add) : html`<div class="occasions-list">${articles}</div>`}
  ${awayPart(visit, away, new Map(choices.cards.map(({ id, name }) => [id, name])))}`;
  return membersPage(visit, {
    title: 'Occasions',
    section: 'occasions',
    content,
    wide: true,
    ...(tried.problem ? { status: 422 as const } : {}),
  });
}

function head(add: Html): Html {
  return html`<div class="head">
    <div>
      <h1>Occasions</h1>
      <p>
        When your customers hear from you. Press any underlined word to change it; it is kept at once. When two meet on one day,
        the upper one goes.
      </p>
    </div>
    ${add}
  </div>`;
}

function noneYet(add: Html): Html {
  return empty({
    title: 'No occasion yet',
    text: 'An occasion is a reason to write: a birthday, a purchase, the New Year. Most shops start with birthdays.',
    action: add,
  });
}

function awayPart({ href, business, now }: Visit, away: Occasion[], cards: Map<string, string>): Html | '' {
  if (away.length === 0) return '';
  return html`<h2 class="occasions-away">Put away</h2>
    <ul class="rows">
      ${away.map(
        (occasion) =>
          html`<li class="occasions-row">
            <div>
              <h3>${occasion.name}</h3>
              <p class="quiet">
                ${sentenceOf(occasion, { card: cards.has(occasion.card_id) ? `“${cards.get(occasion.card_id)}”` : 'its card' })}
                Put away ${moment(occasion.archived_at!, business.zone, now)}.
              </p>
            </div>
            ${press(href(`/occasions/${occasion.id}/back`), 'Bring back', { icon: 'archive-restore', says: `Bring back ${occasion.name}` })}
          </li>`,
      )}
    </ul>`;
}
