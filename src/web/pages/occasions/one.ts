import { html } from 'hono/html';
import { addDays } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { columnsOf, type Occasion, type OccasionField } from '../../../occasions/occasion-shape.ts';
import { type Choices, choicesOf, occasionHistory, outlookOf } from '../../../occasions/occasion-outlook.ts';
import { listOccasions } from '../../../occasions/occasion.ts';
import { kindWords, sentenceOf, workdayWords } from '../../../occasions/sentence.ts';
import { monthNames } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, field, hidden, linkButton, press, problemBox, select, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { modePill, outlookWords, shownIn, type Tried } from './article.ts';
import { askedFor } from './asked.ts';
import { historyPart } from './history.ts';
import { sentenceControls } from './sentence.ts';
import { turnsPart } from './turns.ts';

const ALL_FIELDS: readonly OccasionField[] = [
  'name',
  'offsetDays',
  'hour',
  'cardId',
  'surveyId',
  'lateDays',
  'mode',
  'lateHour',
  'workdayRule',
  'minGapDays',
  'reminderDays',
  'dateKind',
  'month',
  'day',
];

/** All about one occasion: its sentence, what else it goes by, its card, and who changed what. */
export async function occasionPage(visit: Visit, tried: Tried = {}): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const { db, business, now, href } = visit;
  const today = localDayOf(now, business.zone);
  const [choices, outlook, list, history] = await Promise.all([
    choicesOf(db, business.id),
    outlookOf(db, business.id, today, addDays(today, 30)),
    listOccasions(db, business.id),
    occasionHistory(db, business.id, occasion.slug),
  ]);
  const parts = { occasion, choices, outlook: outlook.get(occasion.id), today };
  const content = html`<p class="back"><a href="${href('/occasions')}">Occasions</a></p>
    <div class="head">
      <div>
        <h1>${occasion.name}</h1>
        <p>${outlookWords(visit, parts)}</p>
      </div>
      ${modePill(occasion)}
    </div>
    <div class="occasions-pair">
      <div>
        ${occasion.archived_at === null ? detailsForm(visit, occasion, choices, tried) : awayBox(visit, occasion, choices)}
        ${occasion.archived_at === null ? placeBox(visit, occasion, list) : ''} ${await historyPart(visit, history, choices)}
      </div>
      <aside>
        ${cardPart(visit, occasion, choices, parts.outlook?.next?.customer)}
        ${occasion.archived_at === null ? await turnsPart(visit, occasion, choices) : ''}
      </aside>
    </div>`;
  const status = tried.problem ? { status: 422 as const } : {};
  return membersPage(visit, { title: occasion.name, section: 'occasions', content, wide: true, ...status });
}

function detailsForm(visit: Visit, kept: Occasion, choices: Choices, { change, problem }: Tried): Html {
  const at = visit.href(`/occasions/${kept.id}`);
  const occasion = { ...kept, ...columnsOf(change ?? {}) };
  return html`<form class="box occasions-form wide" method="post" action="${at}" data-keep>
    ${problemBox(problem)} ${hidden({ view: 'one', was: shownIn(kept, ALL_FIELDS) })}
    <p class="occasions-sentence">${sentenceControls(kept, choices, { change, onPage: `${at}/on` })}</p>
    ${whatPart(visit, occasion)}
    <div class="pair">
      ${field({ name: 'name', label: 'Called', value: occasion.name, maxlength: 60, hint: 'Customers read this where they choose their cards.' })}
      ${select({ name: 'workdayRule', label: 'On a weekend or holiday', options: workdayOptions, value: occasion.workday_rule ?? '' })}
      ${field({ name: 'lateHour', type: 'time', label: 'On its last day, it still goes until', value: occasion.late_hour.slice(0, 5) })}
      ${
        occasion.trigger === 'purchase'
          ? field({
              name: 'minGapDays',
              type: 'number',
              label: 'Days between two of them',
              value: occasion.min_gap_days,
              hint: 'For customers who buy often. Empty: each purchase brings one.',
            })
          : ''
      }
      ${surveyPart(occasion, choices)}
    </div>
    ${button('Save', { kind: 'main' })}
  </form>`;
}

const workdayOptions = ([null, 'before', 'after'] as const).map((rule) => ({ value: rule ?? '', label: workdayWords(rule) }));

/** Which day it is about can be mended until the first card has gone. */
function whatPart({ business }: Visit, { trigger, date_kind: kind, month, day }: Occasion): Html | '' {
  if (trigger === 'date' && kind !== 'birthday' && kind !== '*')
    return field({
      name: 'dateKind',
      label: 'Which day of theirs',
      value: (kind ?? '').replaceAll('-', ' '),
      hint: `As you note it at your customers: ${kindWords(kind ?? '')}. It can be changed until the first card has gone.`,
      maxlength: 40,
    });
  if (trigger !== 'day') return '';
  const months = monthNames('en', business.country).map((label, at) => ({ value: String(at + 1), label }));
  return html`<div class="pair">
    ${field({ name: 'day', type: 'number', label: 'Day', value: day, hint: 'It can be changed until the first card has gone.' })}
    ${select({ name: 'month', label: 'Month', options: months, value: String(month) })}
  </div>`;
}

function surveyPart(occasion: Occasion, { surveys }: Choices): Html {
  const options = [{ value: '', label: 'No question' }, ...surveys.map(({ id, name }) => ({ value: id, label: name }))];
  // With a survey attached the sentence itself has the control.
  return html`${
    occasion.survey_id === null
      ? select({
          name: 'surveyId',
          label: 'Ask a question with it',
          options,
          value: '',
          hint: 'It needs a card with a place for the answers.',
        })
      : ''
  }
  ${
    occasion.survey_id === null
      ? ''
      : field({
          name: 'reminderDays',
          type: 'number',
          label: 'Ask once more after so many days',
          value: occasion.reminder_days,
          hint: 'Only those who did not answer, and only once. Empty: never.',
        })
  }`;
}

function placeBox({ href }: Visit, occasion: Occasion, list: Occasion[]): Html {
  const at = list.findIndex(({ id }) => id === occasion.id);
  const to = href(`/occasions/${occasion.id}/move`);
  const [above, below] = [list[at - 1], list[at + 1]];
  return html`<section class="box">
    <h2>When two meet on one day</h2>
    <p>${orderWords(above, below)} The other card waits for another day if it may be late, and else stays away.</p>
    <div class="actions">
      ${above ? press(to, `Put it before “${above.name}”`, { fields: { to: 'up' }, icon: 'arrow-up' }) : ''}
      ${below ? press(to, `Put it after “${below.name}”`, { fields: { to: 'down' }, icon: 'arrow-down' }) : ''}
      ${press(href(`/occasions/${occasion.id}/away`), 'Put this occasion away', { icon: 'archive' })}
    </div>
  </section>`;
}

function orderWords(above: Occasion | undefined, below: Occasion | undefined): string {
  if (!above) return 'It goes before all others.';
  return below ? `“${above.name}” goes before it, and it goes before “${below.name}”.` : 'All others go before it.';
}

function awayBox({ href }: Visit, occasion: Occasion, { cards }: Choices): Html {
  const card = cards.find(({ id }) => id === occasion.card_id)?.name ?? 'its card';
  return html`<section class="box">
    <p>This occasion was put away. ${sentenceOf(occasion, { card: `“${card}”` })}</p>
    ${press(href(`/occasions/${occasion.id}/back`), 'Bring back', { kind: 'main', icon: 'archive-restore' })}
  </section>`;
}

function cardPart({ href }: Visit, occasion: Occasion, { cards }: Choices, next: string | undefined): Html {
  const card = cards.find(({ id }) => id === occasion.card_id);
  return html`<h2>${card?.name ?? 'The card'}</h2>
    <p class="quiet">${next ? `As ${next} gets it next.` : 'With made-up data: nobody gets it in the next 30 days.'}</p>
    <div class="occasions-large">${thumbnail(href(`/occasions/${occasion.id}/preview?card=${occasion.card_id}`))}</div>
    ${linkButton(href(`/cards/${occasion.card_id}`), 'Open the card', { icon: 'mail' })}`;
}
