import { html } from 'hono/html';
import { authorsOf } from '../../../businesses/authors.ts';
import type { Choices, OccasionChangeLine } from '../../../occasions/occasion-outlook.ts';
import { changeWords, type Value } from '../../../occasions/sentence.ts';
import { moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import type { Visit } from '../../visit.ts';

/** Who changed what about an occasion, the latest first. */
export async function historyPart(visit: Visit, lines: OccasionChangeLine[], choices: Choices): Promise<Html | ''> {
  const who = await authorsOf(visit.db, visit.business.id);
  const names = new Map([...choices.cards, ...choices.surveys].map(({ id, name }) => [id, name]));
  const told = lines.flatMap((line) => {
    const words = lineWords(line, (id) => names.get(id));
    return words === undefined ? [] : [{ line, words }];
  });
  if (told.length === 0) return '';
  return html`<section class="box">
    <h2>What was changed</h2>
    <ul class="occasions-history">
      ${told.map(
        ({ line, words }) =>
          html`<li><span class="quiet">${moment(line.at, visit.business.zone, visit.now)}, ${who(line.by)}</span> ${words}</li>`,
      )}
    </ul>
  </section>`;
}

const WHOLE: Record<string, string> = {
  'occasion added': 'added it',
  'occasion archived': 'put it away',
  'occasion restored': 'brought it back',
};

function lineWords({ what, before, after }: OccasionChangeLine, names: (id: string) => string | undefined): string | undefined {
  if (what === 'occasion moved') {
    const place = after?.['above'] === undefined ? 'after' : 'before';
    return `put it ${place} “${String(after?.['above'] ?? after?.['below'])}”`;
  }
  if (what !== 'occasion changed') return WHOLE[what];
  const columns = Object.keys(after ?? {}).filter((column) => column !== 'slug');
  const words = columns.map((column) => changeWords(column, before?.[column] as Value, after?.[column] as Value, names));
  const shown = words.filter((text) => text !== undefined);
  return shown.length === 0 ? undefined : shown.join('; ');
}
