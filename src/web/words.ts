import { readFileSync } from 'node:fs';

/** Every word of our own pages; one file per language. */
export interface Words {
  common: Record<'practice' | 'skip' | 'madeWith', string>;
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
    | 'emptyTitle'
    | 'empty'
    | 'loopback'
    | 'loopbackTitle',
    string
  >;
  mail: Record<
    'back' | 'from' | 'sent' | 'shop' | 'subject' | 'views' | 'phone' | 'desktop' | 'text' | 'headers' | 'frame' | 'gone',
    string
  >;
  states: Record<string, string>;
  notFound: Notice;
  tooLarge: Notice;
  failed: Notice;
  unsubscribe: Record<'title' | 'text' | 'textPlain' | 'button' | 'stay' | 'doneTitle' | 'done', string>;
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
}

interface Notice {
  title: string;
  text: string;
}

const folder = new URL('../../templates/pages/', import.meta.url);

export const words = JSON.parse(readFileSync(new URL('en.json', folder), 'utf8')) as Words;

/** Puts values in the places of `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}
