import { html } from 'hono/html';
import type { KnownDate, Preferences } from '../../answers/preferences.ts';
import { DEFAULT_OCCASIONS } from '../../occasions/defaults.ts';
import { dayText, languageName } from '../days.ts';
import { type Html, sheetPage } from '../layout.ts';
import { fill, pageLanguages, type Speech } from '../words.ts';
import { dayFields, wrongPart } from './day-fields.ts';

/** What to say above the page after a press: that it is done, or what was wrong with it. */
export interface Said {
  done?: string;
  problem?: string;
  /** The day that was wrong, to be mended. */
  typed?: KnownDate & { year?: number };
}

export function preferencesPage(preferences: Preferences, speech: Speech, said: Said = {}): Html {
  const { shop } = preferences;
  const say = speech.words.preferences;
  const days = daysOf(preferences);
  // A day that was wrong is mended where it stands.
  const below = days.some(({ date }) => isThat(date, said.typed));
  const content = html`${said.problem && !below ? problemPart(said.problem) : ''}
    ${said.done ? html`<p class="done" role="status">${said.done}</p>` : ''}
    <h1>${say.title}</h1>
    <p>${fill(say.lead, { shop })}</p>
    ${focusPart(preferences, speech)} ${occasionsPart(preferences, speech)} ${daysPart(preferences, speech, days, said)}
    ${languagePart(speech)} ${pausePart(preferences, speech)}
    <section>
      <h2>${say.endTitle}</h2>
      <ul class="ways">
        <li><a href="?ask=stop">${say.stopLink}</a></li>
        <li><a href="?ask=died">${say.diedLink}</a></li>
      </ul>
    </section>`;
  return sheetPage({ title: say.title, shop, content, speech });
}

/** The page that asks once more, or undefined when nothing that needs it is asked. */
export function confirmPage(preferences: Preferences, speech: Speech, ask?: string, day?: string): Html | undefined {
  const { shop } = preferences;
  const { preferences: say, unsubscribe } = speech.words;
  if (ask === 'died')
    return confirm(preferences, speech, {
      ask,
      title: say.diedTitle,
      text: fill(say.diedText, { shop }),
      button: say.diedButton,
    });
  if (preferences.state !== 'open') return undefined;
  if (ask === 'stop') {
    const { title, textPlain, button } = unsubscribe;
    return confirm(preferences, speech, { ask, title, text: fill(textPlain, { shop }), button });
  }
  const date = preferences.dates.find((known) => nameOf(known) === day);
  if (ask !== 'not-mine' || !date) return undefined;
  const title = `${say.notMineTitle} ${dateName(date, speech)}, ${dayText(date, speech.language, preferences.country)}`;
  return confirm(preferences, speech, {
    ask: 'not mine',
    title,
    text: fill(say.notMineText, { shop }),
    button: say.notMineButton,
    date,
  });
}

export function stoppedPage({ shop, slug }: Preferences, speech: Speech): Html {
  const { unsubscribe, preferences: say } = speech.words;
  const title = unsubscribe.doneTitle;
  const content = html`<h1>${title}</h1>
    <p>${fill(say.stopped, { shop })}</p>
    <ul class="ways">
      <li><a href="/join/${slug}">${unsubscribe.again}</a></li>
      <li><a href="?ask=died">${say.diedLink}</a></li>
    </ul>`;
  return sheetPage({ title, shop, content, speech });
}

interface Question {
  ask: string;
  title: string;
  text: string;
  button: string;
  date?: KnownDate;
}

function confirm({ shop }: Preferences, speech: Speech, { ask, title, text, button, date }: Question): Html {
  const content = html`<h1>${title}</h1>
    <p>${text}</p>
    <form method="post" action="?">
      ${date ? hiddenDate(date) : ''}
      <button type="submit" name="do" value="${ask}">${button}</button>
    </form>
    <p><a href="?">${speech.words.preferences.back}</a></p>`;
  return sheetPage({ title, shop, content, speech });
}

function focusPart({ occasions }: Preferences, speech: Speech): Html | '' {
  const say = speech.words.preferences;
  const focus = occasions.find((occasion) => occasion.focus);
  if (!focus) return '';
  const [button, action] = focus.wanted ? [say.notThis, 'not this'] : [say.again, 'this again'];
  return html`<form class="focus" method="post" action="?">
    <h2>${say.card}</h2>
    <p><bdi>${occasionName(focus, speech)}</bdi></p>
    <button type="submit" name="do" value="${action}">${button}</button>
  </form>`;
}

function occasionsPart({ shop, occasions }: Preferences, speech: Speech): Html | '' {
  const say = speech.words.preferences;
  if (occasions.length === 0) return '';
  const switches = occasions.map(
    (occasion) =>
      html`<label class="choice"
        ><input type="hidden" name="shown" value="${occasion.slug}" /><input
          type="checkbox"
          name="wanted"
          value="${occasion.slug}"
          ${occasion.wanted ? 'checked' : ''}
        /><span><bdi>${occasionName(occasion, speech)}</bdi></span></label
      >`,
  );
  return html`<form method="post" action="?">
    <fieldset>
      <legend><h2>${fill(say.listTitle, { shop })}</h2></legend>
      <div class="choices">${switches}</div>
    </fieldset>
    <button class="second" type="submit" name="do" value="occasions">${say.save}</button>
  </form>`;
}

interface DayForm {
  id: string;
  date: KnownDate;
  known: boolean;
}

/** The days that are known, and those that one may add. */
function daysOf({ dates }: Preferences): DayForm[] {
  const missing = ['birthday', 'anniversary'].filter((kind) => dates.every((date) => date.kind !== kind));
  return [
    ...dates.map((date, n) => ({ id: `d${n}`, date, known: true })),
    ...missing.map((kind, n) => ({ id: `n${n}`, date: { kind, label: '', month: 0, day: 0 }, known: false })),
  ];
}

function isThat(date: KnownDate, typed: Said['typed']): boolean {
  return typed !== undefined && nameOf(typed) === nameOf(date);
}

function daysPart(preferences: Preferences, speech: Speech, days: DayForm[], said: Said): Html {
  const say = speech.words.preferences;
  return html`<section>
    <h2>${say.daysTitle}</h2>
    <p>${say.daysLead}</p>
    ${days.map((day) => dayForm(preferences, speech, day, said))}
  </section>`;
}

function dayForm({ country }: Preferences, speech: Speech, { id, date, known }: DayForm, said: Said): Html {
  const say = speech.words.preferences;
  const wrong = isThat(date, said.typed) ? said.typed : undefined;
  const adding = date.kind === 'birthday' ? say.addBirthday : say.addAnniversary;
  const day = known ? dayText(date, speech.language, country) : '';
  return html`<details class="dated" ${wrong ? 'open' : ''}>
    <summary>
      ${known ? html`<bdi>${dateName(date, speech)}</bdi>: <strong>${day}</strong> <span class="turn">${say.change}</span>` : html`<span class="turn">${adding}</span>`}
    </summary>
    <form method="post" action="?">
      ${hiddenDate(date)} ${wrong && said.problem ? problemPart(said.problem) : ''}
      ${dayFields(id, wrong ?? date, speech, country, wrong && wrongPart(wrong))}
      <button class="second" type="submit" name="do" value="day">${say.saveDay}</button>
    </form>
    ${known ? html`<p><a href="?ask=not-mine&amp;day=${encodeURIComponent(nameOf(date))}">${say.notMine}</a></p>` : ''}
  </details>`;
}

function problemPart(problem: string): Html {
  return html`<p class="problem" role="alert">${problem}</p>`;
}

function languagePart(speech: Speech): Html {
  const say = speech.words.preferences;
  const chosen = speech.language;
  const options = pageLanguages.map(
    (tag) => html`<option value="${tag}" lang="${tag}" ${tag === chosen ? 'selected' : ''}>${languageName(tag)}</option>`,
  );
  return html`<form method="post" action="?">
    <h2>${say.languageTitle}</h2>
    <label for="language">${say.languageLabel}</label>
    <select id="language" name="language">
      ${options}
    </select>
    <button class="second" type="submit" name="do" value="language">${say.save}</button>
  </form>`;
}

function pausePart({ shop, country, pausedUntil }: Preferences, speech: Speech): Html {
  const say = speech.words.preferences;
  const text = pausedUntil
    ? fill(say.paused, { day: dayText(pausedUntil, speech.language, country) })
    : fill(say.pauseLead, { shop });
  return html`<form method="post" action="?">
    <h2>${say.pauseTitle}</h2>
    <p>${text}</p>
    <button class="second" type="submit" name="do" value="${pausedUntil ? 'resume' : 'pause'}">
      ${pausedUntil ? say.resume : say.pauseButton}
    </button>
  </form>`;
}

function hiddenDate({ kind, label }: KnownDate): Html {
  return html`<input type="hidden" name="kind" value="${kind}" /><input type="hidden" name="label" value="${label}" />`;
}

/** A date's name in an address. */
export function nameOf({ kind, label }: { kind: string; label: string }): string {
  return `${kind}/${label}`;
}

/** The shop's own name for it; ours, in the customer's language, where the shop kept the name that we gave it. */
function occasionName({ slug, name }: { slug: string; name: string }, { words }: Speech): string {
  const ours = DEFAULT_OCCASIONS.some((occasion) => occasion.slug === slug && occasion.name === name);
  return (ours && words.preferences.cards[slug]) || name;
}

function dateName({ kind, label }: KnownDate, { words }: Speech): string {
  const say = words.preferences;
  if (kind === 'birthday') return say.birthday;
  if (kind === 'anniversary') return label ? `${say.anniversary} (${label})` : say.anniversary;
  return label || kind.replaceAll('-', ' ');
}
