import type { Context } from 'hono';
import { type Choice, choose } from '../../answers/choose.ts';
import { findPreferences, type Preferences } from '../../answers/preferences.ts';
import { type LinkTarget, readLink } from '../../links/token.ts';
import { planStep } from '../../touchpoints/plan.ts';
import { noticePage } from '../layout.ts';
import { type Form, numberOf, readForm, textOf } from '../forms.ts';
import type { Site } from '../site.ts';
import { fill, pageLanguages, type Speech, speak } from '../words.ts';
import { confirmPage, preferencesPage, type Said, stoppedPage } from './preferences-parts.ts';
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
    return c.html(preferences.state === 'stopped' ? stoppedPage(preferences, speech) : preferencesPage(preferences, speech));
  };
}

export function preferencesPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const form = await readForm(c);
    const choice = readChoice(asked.preferences, form);
    if (!choice) return c.html(preferencesPage(asked.preferences, asked.speech), 422);
    const chosen = await choose(site.db, asked.link, choice, site.now());
    if (chosen.ok) await planAnew(site, asked.link.business);
    const after = await askedBy(site, c);
    if (!after) return c.notFound();
    const { preferences, speech } = after;
    if (preferences.state === 'deceased') return c.html(farewell(preferences, speech));
    if (preferences.state === 'stopped') return c.html(stoppedPage(preferences, speech));
    if (!chosen.ok) return c.html(preferencesPage(preferences, speech, problemOf(choice, speech)), 422);
    return c.html(preferencesPage(preferences, speech, { done: doneText(choice, preferences, speech) }));
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
  return what === 'day' ? readDay(form, kind, label) : undefined;
}

function readDay(form: Form, kind: string, label: string): Choice {
  const typed = textOf(form, 'year').trim();
  const day = { what: 'day' as const, kind, label, month: numberOf(form, 'month') ?? 0, day: numberOf(form, 'day') ?? 0 };
  return typed === '' ? day : { ...day, year: numberOf(form, 'year') ?? 0 };
}

function listOf(form: Form, name: string): string[] {
  return [form[name]].flat().filter((value) => typeof value === 'string');
}

function problemOf(choice: Choice, { words }: Speech): Said {
  return choice.what === 'day' ? { problem: words.preferences.wrongDay, typed: choice } : { problem: words.failed.text };
}

function doneText(choice: Choice, { country, pausedUntil, occasions }: Preferences, { language, words }: Speech): string {
  const say = words.preferences;
  const day = (value: { month: number; day: number }) => dayText(value, language, country);
  if (choice.what === 'day') return fill(say.daySaved, { day: day(choice) });
  if (choice.what === 'not mine') return say.notMineDone;
  if (choice.what === 'resume') return say.resumed;
  if (choice.what === 'pause' && pausedUntil) return fill(say.paused, { day: dayText(pausedUntil, language, country) });
  const one =
    choice.what === 'occasions' && choice.shown.length === 1 ? occasions.find(({ slug }) => slug === choice.shown[0]) : undefined;
  if (one?.focus) return one.wanted ? say.againDone : say.notThisDone;
  return say.saved;
}

function farewell({ shop }: Preferences, speech: Speech) {
  const { diedDoneTitle, diedDone } = speech.words.preferences;
  return noticePage({ title: diedDoneTitle, text: fill(diedDone, { shop }), shop, speech });
}
