import { type Line, type Property, propertyOf, quotedPrintableBytes, readLines, splitUnescaped, unescape } from './vcard-text.ts';

/** One address card: its properties in the file's order, or why it cannot be read. */
export interface Card {
  line: number;
  raw: string;
  properties: Property[];
  trouble?: string;
}

const MOST_PROPERTIES = 500;
const RAW_KEPT = 4_000;

/**
 * Address cards of vCard 2.1, 3.0 and 4.0 (RFC 2425, 2426, 6350) as phones and mail programs write them, a batch per piece of text.
 * Pictures, sounds and keys are passed over without being held.
 */
export async function* readCards(text: AsyncIterable<string>): AsyncGenerator<Card[]> {
  const collector = cardCollector();
  for await (const lines of readLines(text)) {
    const cards = lines.flatMap((line) => collector.take(line));
    if (cards.length > 0) yield cards;
  }
  const rest = collector.end();
  if (rest.length > 0) yield rest;
}

/** A value's parts between semicolons, escapes resolved: N is family; given; additional; prefixes; suffixes. */
export function partsOf(value: string): string[] {
  return splitUnescaped(value, ';').map((part) => unescape(part).trim());
}

/** A value that is one text, escapes resolved. */
export function textOfValue(value: string): string {
  return unescape(value).trim();
}

interface Collector {
  take(line: Line): Card[];
  end(): Card[];
}

function cardCollector(): Collector {
  let card: Card | undefined;
  let nested = 0;

  function close(trouble?: string): Card[] {
    const done = card;
    card = undefined;
    nested = 0;
    if (!done) return [];
    return [trouble === undefined ? done : { ...done, properties: [], trouble }];
  }

  return {
    take(line) {
      const begins = /^\s*BEGIN\s*:\s*VCARD\s*$/i.test(line.text);
      if (begins && card && card.properties.at(-1)?.name === 'AGENT') return (nested++, []);
      if (begins) {
        const before = close('This card never ends: the next one begins inside it.');
        card = { line: line.line, raw: '', properties: [] };
        return before;
      }
      if (!card) return [];
      if (/^\s*END\s*:\s*VCARD\s*$/i.test(line.text)) return nested > 0 ? (nested--, []) : close();
      if (nested > 0) return [];
      hold(card, line);
      return [];
    },
    end: () => close('The file ends in the middle of this card.'),
  };
}

function hold(card: Card, line: Line): void {
  if (line.opaque) return;
  if (card.raw.length < RAW_KEPT) card.raw = `${card.raw}${line.text}\n`.slice(0, RAW_KEPT);
  const property = card.properties.length < MOST_PROPERTIES ? propertyOf(line.text) : undefined;
  if (property) card.properties.push(decoded(property));
}

function decoded(property: Property): Property {
  const encoding = property.parameters.get('ENCODING')?.toUpperCase();
  if (encoding !== 'QUOTED-PRINTABLE') return property;
  return { ...property, value: decodeBytes(quotedPrintableBytes(property.value), property.parameters.get('CHARSET')) };
}

function decodeBytes(bytes: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
