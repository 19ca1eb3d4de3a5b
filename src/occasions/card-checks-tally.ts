import { fieldInWords } from '../cards/fields.ts';
import type { Finding } from '../cards/quality.ts';
import type { Tried } from '../cards/try-all.ts';
import type { ReachOccasion } from './card-checks-reach.ts';

/** What came of filling in a card for everybody whom it reaches. */
export interface Tally {
  seen: Set<string>;
  /** By sentence: whom it keeps from the card, and whether that stops it. */
  faults: Map<string, Counted>;
  /** By language: who speaks it, and gets another one. */
  unspoken: Map<string, Map<string, string>>;
  longest: { id: string; name: string; subject: string } | undefined;
}

/** `missing`: the field that they lack. */
interface Counted {
  missing: string | undefined;
  occasion: string | undefined;
  strict: boolean;
  people: Map<string, string>;
}

/** For what a card was filled in; `strict` where nobody would look at it before it goes. */
export interface Sending {
  occasion: ReachOccasion | undefined;
  strict: boolean;
}

export function newTally(): Tally {
  return { seen: new Set(), faults: new Map(), unspoken: new Map(), longest: undefined };
}

export function count(tally: Tally, { faults, longest }: Tried, names: Map<string, string>, { occasion, strict }: Sending): void {
  for (const { id, errors } of faults) {
    for (const { sentence, missing } of errors) {
      // A card that no occasion sends yet cannot know of a day or a purchase.
      if (occasion === undefined && missing !== undefined && !missing.startsWith('customer.')) continue;
      const known = tally.faults.get(sentence) ?? {
        missing,
        occasion: occasion?.name,
        strict,
        people: new Map<string, string>(),
      };
      known.strict ||= strict;
      tally.faults.set(sentence, known);
      known.people.set(id, names.get(id) ?? '');
    }
  }
  if (longest && longest.subject.length > (tally.longest?.subject.length ?? 0))
    tally.longest = { ...longest, name: names.get(longest.id) ?? '' };
}

/** What is to be said of it. */
export function findingsOf(tally: Tally): Finding[] {
  const faults = Array.from(tally.faults, ([sentence, fault]) => faultFinding(tally, sentence, fault));
  const languages = Array.from(tally.unspoken, ([language, people]) => languageFinding(language, people));
  const { longest } = tally;
  const subject: Finding[] =
    longest === undefined || longest.subject.length <= MAX_SUBJECT
      ? []
      : [
          {
            kind: 'warns',
            what: 'subject length',
            sentence: `The subject has up to ${longest.subject.length} letters: “${longest.subject}”. Mail programs show about ${MAX_SUBJECT}.`,
            repair: 'Put what matters first, or make it shorter.',
            where: { slot: 'subject' },
            customers: { count: 1, sample: [{ id: longest.id, name: longest.name }] },
          },
        ];
  return [...faults, ...subject, ...languages];
}

const MAX_SUBJECT = 60;

function faultFinding(tally: Tally, error: string, { missing: field, occasion, strict, people }: Counted): Finding {
  const kind = strict ? 'stops' : 'warns';
  const customers = told(people);
  const who = howMany(customers.count);
  if (field === undefined)
    return {
      kind,
      what: 'fails',
      sentence: `For ${who} the card cannot be made: ${error}`,
      repair: 'Look at it as one of them, and mend it.',
      customers,
    };
  if (field.startsWith('survey.') && customers.count === tally.seen.size)
    return {
      kind,
      what: 'no survey',
      sentence: `The card asks a question, and “${occasion ?? 'the occasion'}” has no survey.`,
      repair: 'Give the occasion a survey, or take the question out of the card.',
      customers,
    };
  return {
    kind,
    what: 'missing field',
    sentence: `For ${who} Fondly does not know ${fieldInWords(field)}, so they would get no card.`,
    repair: `Say what to write instead: {{fallback ${field} "…"}}, or write around it with {{#if ${field}}}.`,
    field,
    customers,
  };
}

function languageFinding(language: string, people: Map<string, string>): Finding {
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  const customers = told(people);
  const [speak, get] = customers.count === 1 ? ['speaks', 'gets'] : ['speak', 'get'];
  return {
    kind: 'warns',
    what: 'languages',
    sentence: `${capital(howMany(customers.count))} ${speak} ${name}, and ${get} the card in another language.`,
    repair: `Word the card in ${name}.`,
    where: { language },
    customers,
  };
}

const MOST_NAMED = 5;

function told(people: Map<string, string>): { count: number; sample: { id: string; name: string }[] } {
  return { count: people.size, sample: Array.from(people, ([id, name]) => ({ id, name })).slice(0, MOST_NAMED) };
}

function howMany(count: number): string {
  return count === 1 ? 'one customer' : `${count.toLocaleString('en')} customers`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
