import type { Context } from 'hono';
import { type Choice, choose } from '../../answers/choose.ts';
import { findPreferences, type Preferences } from '../../answers/preferences.ts';
import { type LinkTarget, readLink } from '../../links/token.ts';
import { planStep } from '../../touchpoints/plan.ts';
import { noticePage } from '../layout.ts';
import { dayIn, type Form, readForm, shown, textOf } from '../forms.ts';
import type { Site } from '../site.ts';
import { fill, pageLanguages, type Speech, speak } from '../words.ts';
import { wrongDay } from './day-fields.ts';
import { confirmPage, nameOf, preferencesPage, type Said, stoppedPage } from './preferences-parts.ts';
import { dayText } from '../days.ts';

/** What the customer gets and knows of themselves, to choose from. `?ask=` shows the page that asks once more before something grave. */
export function preferencesForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const { preferences, speech } = asked;
    if (preferences.state === 'deceased') return c.html(farewell(preferences, speech));
    const confirm = confirmPage(preferences, speech, c.req.query('ask'), c.req.query('day'));
    if (confirm) return c.html(confirm);
    if (preferences.state === 'stopped') return c.html(stoppedPage(preferences, speech));
    const done = doneText(preferences, speech, c.req.query('done'), c.req.query('day'));
    return c.html(preferencesPage(preferences, speech, done === undefined ? {} : { done }));
  };
}

export function preferencesPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const form = await readForm(c);
    const { preferences, speech } = asked;
    const choice = readChoice(preferences, form);
    const chosen = choice && (await choose(site.db, asked.link, choice, site.now()));
    if (choice && chosen?.ok) {
      await planAnew(site, asked.link.business);
      return shown(c, doneWith(choice, preferences));
    }
    // Nothing is chosen any more by whoever stopped everything, or died: their page says so.
    if (preferences.state !== 'open') return shown(c, {});
    return c.html(preferencesPage(preferences, speech, problemOf(choice, speech)), 422);
  };
}

interface Asked {
  link: LinkTarget;
  preferences: Preferences;
  speech: Speech;
}

async function askedBy(site: Site, c: Context): Promise<Asked | undefined> {
  const link = readLink(site.keys, 'preferences', c.req.param('token') ?? '');
  const preferences = link && (await findPreferences(site.db, link, site.now()));
  return link && preferences && { link, preferences, speech: speak(...preferences.languages) };
}

const MOST_STEPS = 3;

/** So that what is planned follows at once. The stop holds in any case, and the clockwork plans each second, so trouble here is no trouble of theirs. */
async function planAnew({ db, now, log }: Site, businessId: string): Promise<void> {
  try {
    for (let step = 0; step < MOST_STEPS && (await planStep(db, businessId, now())); step++);
  } catch (err) {
    log.warn({ err, business: businessId }, 'Planning anew after a choice failed and is tried again');
  }
}

/** What the form says, or undefined for nonsense. */
function readChoice({ occasions }: Preferences, form: Form): Choice | undefined {
  const what = textOf(form, 'do');
  const kind = textOf(form, 'kind');
  const label = textOf(form, 'label');
  if (what === 'pause' || what === 'resume' || what === 'stop' || what === 'died') return { what };
  if (what === 'not mine') return kind === '' ? undefined : { what, kind, label };
  if (what === 'occasions') return { what, shown: listOf(form, 'shown'), wanted: listOf(form, 'wanted') };
  if (what === 'not this' || what === 'this again') {
    const shown = occasions.filter(({ focus }) => focus).map(({ slug }) => slug);
    return { what: 'occasions', shown, wanted: what === 'this again' ? shown : [] };
  }
  if (what === 'language') {
    const language = textOf(form, 'language');
    return pageLanguages.includes(language) ? { what, language } : undefined;
  }
  return what === 'day' ? { what, kind, label, ...dayIn(form) } : undefined;
}

function listOf(form: Form, name: string): string[] {
  return [form[name]].flat().filter((value) => typeof value === 'string');
}

function problemOf(choice: Choice | undefined, { words }: Speech): Said {
  return choice?.what === 'day' ? { problem: wrongDay(choice, words), typed: choice } : { problem: words.failed.text };
}

/** What the page that follows is told, as its address. */
function doneWith(choice: Choice, { occasions }: Preferences): Record<string, string> {
  if (choice.what === 'day') return { done: 'day', day: nameOf(choice) };
  if (choice.what !== 'occasions') return { done: choice.what };
  const [only, ...others] = choice.shown;
  const focus = others.length === 0 && occasions.some((occasion) => occasion.focus && occasion.slug === only);
  return { done: focus ? 'card' : 'occasions' };
}

/** What was done, as far as it stands: whoever opens the address later is told nothing that is not so. */
function doneText(preferences: Preferences, { language, words }: Speech, done?: string, name?: string): string | undefined {
  const { country, pausedUntil, occasions, dates } = preferences;
  const say = words.preferences;
  const focus = occasions.find((occasion) => occasion.focus);
  const day = dates.find((date) => nameOf(date) === name);
  switch (done) {
    case 'day':
      return day && fill(say.daySaved, { day: dayText(day, language, country) });
    case 'card':
      return focus && (focus.wanted ? say.againDone : say.notThisDone);
    case 'pause':
      return pausedUntil && fill(say.paused, { day: dayText(pausedUntil, language, country) });
    case 'resume':
      return pausedUntil ? undefined : say.resumed;
    case 'not mine':
      return say.notMineDone;
    case 'language':
    case 'occasions':
      return say.saved;
    default:
      return undefined;
  }
}

function farewell({ shop }: Preferences, speech: Speech) {
  const { diedDoneTitle, diedDone } = speech.words.preferences;
  return noticePage({ title: diedDoneTitle, text: fill(diedDone, { shop }), shop, speech });
}
