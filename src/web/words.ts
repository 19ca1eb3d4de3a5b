import { readdirSync, readFileSync } from 'node:fs';
import { directionOf } from '../cards/script.ts';

export { fillWords as fill } from '../businesses/letter-words.ts';

/** Every word of our own pages: those for the shop in English, and those for customers in one file per language. */
export interface Words extends CustomerWords {
  common: Record<'practice' | 'skip', string>;
  outbox: Record<
    | 'title'
    | 'lead'
    | 'leadLive'
    | 'cards'
    | 'card'
    | 'next'
    | 'to'
    | 'occasion'
    | 'when'
    | 'state'
    | 'newer'
    | 'older'
    | 'pages'
    | 'letters'
    | 'letter'
    | 'emptyTitle'
    | 'empty'
    | 'loopback'
    | 'loopbackTitle',
    string
  >;
  mail: Record<'back' | 'from' | 'frame' | 'gone', string>;
  states: Record<string, string>;
}

/** What customers read. */
export interface CustomerWords {
  notFound: Notice;
  tooLarge: Notice;
  failed: Notice;
  unsubscribe: Record<'title' | 'text' | 'textPlain' | 'button' | 'stay' | 'doneTitle' | 'done' | 'choose' | 'again', string>;
  survey: Record<
    | 'title'
    | 'choose'
    | 'more'
    | 'moreHint'
    | 'button'
    | 'missing'
    | 'given'
    | 'closed'
    | 'closedTitle'
    | 'thanksTitle'
    | 'thanks'
    | 'change'
    | 'review',
    string
  >;
  preferences: Record<PreferenceWord, string> & { cards: Record<string, string> };
  join: Record<JoinWord, string>;
}

type PreferenceWord =
  | 'title'
  | 'lead'
  | 'card'
  | 'notThis'
  | 'notThisDone'
  | 'again'
  | 'againDone'
  | 'listTitle'
  | 'save'
  | 'saved'
  | 'daysTitle'
  | 'daysLead'
  | 'birthday'
  | 'anniversary'
  | 'addBirthday'
  | 'addAnniversary'
  | 'change'
  | 'day'
  | 'month'
  | 'year'
  | 'yearHint'
  | 'saveDay'
  | 'daySaved'
  | 'wrongDay'
  | 'wrongYear'
  | 'notMine'
  | 'notMineTitle'
  | 'notMineText'
  | 'notMineButton'
  | 'notMineDone'
  | 'languageTitle'
  | 'languageLabel'
  | 'pauseTitle'
  | 'pauseLead'
  | 'pauseButton'
  | 'paused'
  | 'resume'
  | 'resumed'
  | 'endTitle'
  | 'stopLink'
  | 'diedLink'
  | 'diedTitle'
  | 'diedText'
  | 'diedButton'
  | 'diedDoneTitle'
  | 'diedDone'
  | 'stopped'
  | 'back';

type JoinWord =
  | 'title'
  | 'lead'
  | 'given'
  | 'family'
  | 'email'
  | 'birthday'
  | 'consent'
  | 'button'
  | 'wrongEmail'
  | 'wrongName'
  | 'wrongDay'
  | 'noConsent'
  | 'sentTitle'
  | 'sent'
  | 'busyTitle'
  | 'busy'
  | 'confirmTitle'
  | 'confirmText'
  | 'confirmButton'
  | 'doneTitle'
  | 'done';

interface Notice {
  title: string;
  text: string;
}

/** A language that a page is written in, and which way it runs. */
export interface Speech {
  /** BCP 47, one of `pageLanguages`. */
  language: string;
  dir: 'ltr' | 'rtl';
  words: CustomerWords;
}

const folder = new URL('../../templates/pages/', import.meta.url);

export const words = read('en') as Words;

const speeches = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file): [string, Speech] => {
      const language = file.slice(0, -'.json'.length);
      return [language, { language, dir: directionOf(language), words: withEnglish(read(language)) }];
    }),
);

export const pageLanguages: readonly string[] = [...speeches.keys()];

const english = speeches.get('en')!;

/** The first of the wanted languages that the pages have ('de-AT' is content with 'de'), else English. */
export function speak(...wanted: readonly (string | null | undefined)[]): Speech {
  const known = wanted.flatMap((tag) => (tag ? [speeches.get(tag), speeches.get(tag.split('-')[0] ?? '')] : []));
  return known.find((speech) => speech !== undefined) ?? english;
}

/** What a browser asks for, by its own order: for pages that know nobody. */
export function speakAsAsked(accept: string | undefined): Speech {
  const tags = (accept ?? '').slice(0, 500).split(',');
  const asked = tags.map((tag) => ({ tag: tag.split(';')[0]?.trim(), weight: Number(/;\s*q=([\d.]+)/.exec(tag)?.[1] ?? 1) }));
  return speak(...asked.toSorted((a, b) => b.weight - a.weight).map(({ tag }) => tag));
}

function read(language: string): unknown {
  return JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));
}

// A shop that edits a file may lose a line: the page then says it in English.
function withEnglish(own: unknown): CustomerWords {
  const sections = Object.entries(own as CustomerWords);
  const filled = sections.map(([name, section]) => [name, { ...words[name as keyof CustomerWords], ...(section as object) }]);
  return { ...words, ...(Object.fromEntries(filled) as CustomerWords) };
}
