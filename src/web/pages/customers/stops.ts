import { html } from 'hono/html';
import type { NameOf } from '../../../businesses/authors.ts';
import type { Profile } from '../../../customers/profile.ts';
import { addStop, isTheirsToLift, liftStop, type NewStop } from '../../../customers/stops.ts';
import { listOccasions } from '../../../occasions/occasion.ts';
import { addDays } from '../../../calendar/day.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { button, choice, field, icon, linkButton, press, problemBox, select } from '../../parts.ts';
import { membersPage } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { goBack, topOf } from './frame.ts';
import { kept } from './kept.ts';
import { lookUp } from './look-up.ts';
import type { Trouble } from './trouble.ts';
import { dayOf, stopSentence } from './words.ts';
import { nameOf } from '../../../customers/profile.ts';
import { todayOf } from '../../days.ts';

/** What they do not want, who said so, and what may be lifted here. */
export function stopsSection(visit: Visit, profile: Profile, who: NameOf, _trouble: Trouble | undefined): Html {
  const { customer, stops } = profile;
  return html`<section class="box customers-box" aria-labelledby="customers-stops">
    <h2 id="customers-stops">What they do not want</h2>
    ${stops.length === 0 ? html`<p class="quiet">Nothing is stopped.</p>` : ''}
    <ul class="customers-lines">
      ${onePerKind(stops).map((stop) => row(visit, customer.id, stop, who))}
    </ul>
    ${linkButton(visit.href(`/customers/${customer.id}/stop`), 'Pause or stop cards', { icon: 'hand' })}
  </section>`;
}

type Stop = Profile['stops'][number];

// On the customer and on the address: one line for a reader.
function onePerKind(stops: Stop[]): Stop[] {
  return Map.groupBy(stops, (stop) => [stop.kind, stop.occasion_id, stop.date_kind, stop.until].join(' '))
    .values()
    .toArray()
    .flatMap((same) => same.slice(0, 1));
}

function row(visit: Visit, customerId: string, stop: Stop, who: NameOf): Html {
  const sentence = stopSentence(stop, todayOf(visit));
  return html`<li>
    <strong>${icon('ban')}${sentence}</strong>
    <p class="quiet">${by(stop, who)}, ${dayOf(stop.at, visit)}.</p>
    ${
      isTheirsToLift(stop.kind)
        ? html`<p class="quiet">
            Only they can take this back: by signing up again on <a href="/join/${visit.business.slug}">your sign-up page</a>.
          </p>`
        : press(visit.href(`/customers/${customerId}/stops/${stop.id}/lift`), 'Lift', { says: `Lift: ${sentence}` })
    }
  </li>`;
}

function by(stop: Stop, who: NameOf): string {
  if (stop.by === 'customer') return 'They chose so themselves';
  if (stop.by === 'fondly') return 'Fondly saw it';
  return `Noted by ${who(stop.by)}`;
}

interface Typed {
  form: Form;
  problem: string;
}

export async function stopPage(visit: Visit, trouble?: Typed): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { customer, person } = found.profile;
  const name = nameOf(person);
  const content = html`${topOf(visit, { id: customer.id, name }, html`Pause or stop cards for <bdi>${name}</bdi>`)}
    ${problemBox(trouble?.problem)}
    <form class="box" method="post" action="${visit.href(`/customers/${customer.id}/stop`)}">
      ${await stopFields(visit, found.profile, (field_, usual) => (trouble ? textOf(trouble.form, field_) : usual))}
      <div class="actions">${button('Stop', { kind: 'main' })} ${goBack(visit, customer.id)}</div>
    </form>`;
  const title = `Pause or stop cards for ${name}`;
  return membersPage(visit, { title, section: 'customers', content, ...(trouble ? { status: 422 } : {}) });
}

async function stopFields(visit: Visit, { mates }: Profile, typed: (field: string, usual: string) => string): Promise<Html> {
  const occasions = (await listOccasions(visit.db, visit.business.id)).filter(({ mode }) => mode !== 'off');
  const shared = mates.length > 0 ? ` So also for ${mates.map((mate) => mate.name).join(' and ')}, who share it.` : '';
  const forGood = `For their address as well.${shared} Only they can take it back, by signing up again.`;
  const kinds = [
    { value: 'paused', label: 'A pause', hint: 'Nothing goes before the day below.' },
    { value: 'occasion', label: 'No cards for one occasion', hint: 'All others stay.' },
    { value: 'unsubscribed', label: 'No mail at all', hint: forGood },
    { value: 'deceased', label: 'They have died', hint: 'Everything ends. Nobody else is told.' },
  ];
  const options = occasions.map(({ id, name: label }) => ({ value: id, label }));
  const until = typed('until', addDays(todayOf(visit), 30));
  return html`${choice({ name: 'kind', label: 'What is wanted?', value: typed('kind', 'paused'), options: kinds })}
    <div class="customers-pair">
      <div class="customers-until">${field({ name: 'until', label: 'Pause until', type: 'date', value: until })}</div>
      <div class="customers-which">
        ${select({ name: 'occasion', label: 'Which occasion', value: typed('occasion', ''), options })}
      </div>
    </div>`;
}

export async function postStop(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const form = await visit.form();
  const id = found.profile.customer.id;
  const stop = await readStop(visit, id, form);
  if (typeof stop === 'string') return stopPage(visit, { form, problem: stop });
  const added = await addStop(visit.db, visit.business.id, stop, visit.actor);
  if (!added.ok) return stopPage(visit, { form, problem: added.reason });
  if (!added.added) return after(visit, `/customers/${id}`, { say: 'This stop stood already.' });
  return kept(visit, id, said[stop.kind] ?? 'Stopped.');
}

const said: Record<string, string> = {
  paused: 'The cards are paused.',
  occasion: 'This occasion brings them no more cards.',
  unsubscribed: 'No mail goes to them any more.',
  deceased: 'Nothing is sent to them any more.',
};

async function readStop(visit: Visit, customerId: string, form: Form): Promise<NewStop | string> {
  const kind = textOf(form, 'kind');
  if (kind === 'unsubscribed' || kind === 'deceased') return { kind, customerId };
  if (kind === 'paused') {
    const until = textOf(form, 'until');
    return until > todayOf(visit) ? { kind, until, customerId } : 'A pause ends on a day that is still to come.';
  }
  const occasionId = idIn(textOf(form, 'occasion'));
  const known = (await listOccasions(visit.db, visit.business.id)).some(({ id }) => id === occasionId);
  return kind === 'occasion' && occasionId && known ? { kind, occasionId, customerId } : 'Choose what is wanted.';
}

export async function postLift(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { customer, stops } = found.profile;
  const stop = stops.find(({ id }) => id === visit.id('stop'));
  if (!stop) return visit.missing();
  const lifted = await liftStop(visit.db, visit.business.id, stop.id, visit.actor, customer.id);
  if (!lifted.ok) return after(visit, `/customers/${customer.id}`, { say: lifted.reason });
  return kept(visit, customer.id, 'Lifted.');
}
