import { html } from 'hono/html';
import { MOST_NEEDED, type Needs } from '../../../touchpoints/needs.ts';
import { languageInEnglish, moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { icon, type Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** What waits for a person, the most urgent first. `inDays` is how many of the cards that wait are among those of the page. */
export function needsPanel(visit: Visit, needs: Needs, inDays: number | 'some'): Html {
  const lines = [
    ...uncertain(visit, needs),
    ...waiting(visit, needs, inDays),
    ...followUps(visit, needs),
    ...imports(visit, needs),
    ...languages(visit, needs),
  ];
  return html`<section class="box home-needs" aria-labelledby="needs">
    <h2 id="needs">Needs you</h2>
    ${
      lines.length === 0
        ? html`<p class="home-calm">
            ${icon('circle-check')} Nothing. Cards go by themselves, and what needs a person will stand here.
          </p>`
        : html`<ul>
            ${lines}
          </ul>`
    }
  </section>`;
}

function uncertain({ href }: Visit, { uncertain: count }: Needs): Html[] {
  if (count === 0) return [];
  const words = count === 1 ? 'One card may or may not have arrived' : `${many(count)} cards may or may not have arrived`;
  return [line(href('/sent'), 'circle-help', words, 'Say whether it did, or send it again.')];
}

// All of them, as the page has it that this leads to.
function waiting({ business, now, href }: Visit, { waiting: count, waitingUntil }: Needs, inDays: number | 'some'): Html[] {
  if (count === 0) return [];
  const words = count === 1 ? 'One card waits for your yes' : `${many(count)} cards wait for your yes`;
  const until = waitingUntil === null ? '' : `The first expires ${moment(waitingUntil, business.zone, now)}.`;
  return [line(href('/waiting'), 'clock', words, `${laterWords(count, inDays)} ${until}`.trim())];
}

/** What the heading of the days does not count: cards are planned a little further than the page shows. */
function laterWords(count: number, inDays: number | 'some'): string {
  const later = inDays === 'some' || count >= MOST_NEEDED ? 0 : count - inDays;
  if (later <= 0) return '';
  if (later === count) return count === 1 ? 'It is due after these 30 days.' : 'All are due after these 30 days.';
  return later === 1 ? 'One of them is due after these 30 days.' : `${later} of them are due after these 30 days.`;
}

function followUps({ href }: Visit, { followUps: count }: Needs): Html[] {
  if (count === 0) return [];
  const words = count === 1 ? 'One customer waits to hear from you' : `${many(count)} customers wait to hear from you`;
  return [line(href('/follow-ups'), 'list-checks', words, 'Call or write, then note what came of it.')];
}

function imports({ href }: Visit, { imports: stopped, questions }: Needs): Html[] {
  const lines: Html[] = [];
  if (stopped > 0) {
    const words = stopped === 1 ? 'An import waits for you' : `${many(stopped)} imports wait for you`;
    lines.push(line(href('/imports'), 'upload', words, 'It asks something, or waits for your go.'));
  }
  if (questions > 0) {
    const words = questions === 1 ? 'An import asks about one value' : `Imports ask about ${many(questions)} values`;
    lines.push(line(href('/imports'), 'circle-help', words, 'Those customers are in; only the doubtful value is missing.'));
  }
  return lines;
}

const MOST_NAMED = 3;

/** Cards that lack the same languages stand together. */
function languages({ href }: Visit, { languages: missing }: Needs): Html[] {
  const groups = Map.groupBy(missing, (one) => one.languages.toSorted().join(' '));
  return Array.from(groups.values(), ([first, ...rest]) => {
    if (first === undefined) return html``;
    const names = first.languages.map(languageInEnglish).toSorted();
    const named = names.length > MOST_NAMED + 1 ? [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`] : names;
    const list = new Intl.ListFormat('en', { type: 'disjunction' }).format(named);
    const words = rest.length === 0 ? `“${first.card}” speaks no ${list}` : `${rest.length + 1} cards speak no ${list}`;
    const to = rest.length === 0 ? `/cards/${first.cardId}` : '/cards';
    return line(href(to), 'languages', words, 'Customers who read it get another language.');
  });
}

function line(to: string, sign: string, words: string, more: Piece): Html {
  return html`<li>
    ${icon(sign)}
    <div><a href="${to}">${words}</a>${more === '' ? '' : html`<small>${more}</small>`}</div>
  </li>`;
}

function many(count: number): string {
  return count >= MOST_NEEDED ? '1,000 or more' : String(count);
}
