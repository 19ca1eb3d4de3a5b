import { contrast, type Look } from '../cards/look.ts';
import { type Business, holdBusiness } from './business.ts';
import { difference, keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';

/** A shop's two colours as `#rrggbb`; null is each card's own. */
export interface Colours {
  accent: string | null;
  second: string | null;
}

export interface Palette {
  name: string;
  accent: string;
  second: string;
}

/** Colours that go well together on every card of the gallery. */
export const PALETTES: readonly Palette[] = [
  { name: 'Clay', accent: '#b4472f', second: '#f3c9a5' },
  { name: 'Rose', accent: '#b03a63', second: '#f4c6d3' },
  { name: 'Leaf', accent: '#2f6b4f', second: '#cfe3c4' },
  { name: 'Sea', accent: '#1f6580', second: '#bfe0e2' },
  { name: 'Ink and gold', accent: '#22335c', second: '#d9b25f' },
  { name: 'Plum', accent: '#6b3a75', second: '#e3cbe6' },
  { name: 'Honey', accent: '#9a5b00', second: '#f6dc97' },
  { name: 'Charcoal', accent: '#3a3a3d', second: '#d9d5ce' },
];

/** What cards are published with. The logo's address is a field, so that a card need not know where Fondly runs. */
export async function lookOf(db: Db, businessId: string): Promise<Look> {
  const columns = ['id', 'accent', 'second', 'logo'] as const;
  const row = await db.selectFrom('business').select(columns).where('id', '=', businessId).executeTakeFirst();
  return row ? lookFrom(row) : {};
}

export function lookFrom({ id, accent, second, logo }: Pick<Business, 'id' | 'accent' | 'second' | 'logo'>): Look {
  const colours = { ...(accent && { accent }), ...(second && { second }) };
  return {
    ...(Object.keys(colours).length > 0 && { colours }),
    ...(logo && { logoUrl: `{{links.pictures}}${id}/${logo}` }),
  };
}

/**
 * Sets the colours. Cards that were published keep theirs until they are published anew (occasions/relook). Refused where somebody chose
 * others since they were as `seen`.
 */
export async function changeColours(
  db: Db,
  businessId: string,
  { seen, ...asked }: Colours & { seen?: Colours | undefined },
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const wanted = { accent: readColour(asked.accent), second: readColour(asked.second) };
  if (wanted.accent === undefined || wanted.second === undefined) return refused('A colour is written like #c8553d.');
  return changeLook(db, businessId, wanted as Colours, actor, seen);
}

/** Sets the logo by the file name of a picture of this business; null takes it away. */
export async function changeLogo(
  db: Db,
  businessId: string,
  file: string | null,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  if (file !== null && !(await hasPicture(db, businessId, file))) return refused('There is no such picture.');
  return changeLook(db, businessId, { logo: file }, actor);
}

/** What somebody should know of a colour before choosing it; undefined when it reads well everywhere. */
export function remarkOn(accent: string): string | undefined {
  const onWhite = contrast(accent, '#ffffff');
  if (onWhite >= 4.5) return undefined;
  return onWhite < 1.8
    ? 'This colour is very light: buttons get dark letters on it, and words written in it are darkened.'
    : 'Words in this colour would be hard to read on white, so cards darken it there. Large areas keep it as it is.';
}

async function changeLook(
  db: Db,
  businessId: string,
  wanted: Partial<Pick<Business, 'accent' | 'second' | 'logo'>>,
  actor: Actor,
  seen?: Colours,
): Promise<Outcome<{ changed: boolean }>> {
  return inOneCommit(db, async (trx): Promise<Outcome<{ changed: boolean }>> => {
    const business = await holdBusiness(trx, businessId);
    if (!business) return refused('There is no such business.');
    const { before, after } = difference<Pick<Business, 'accent' | 'second' | 'logo'>>(business, wanted);
    if (Object.keys(after).length === 0) return { ok: true, changed: false };
    if (seen && (seen.accent !== business.accent || seen.second !== business.second)) return refused(OTHERS_CHOSEN);
    await trx.updateTable('business').set(after).where('id', '=', businessId).execute();
    await keepChange(trx, { businessId, what: 'look changed', before, after }, actor);
    return { ok: true, changed: true };
  });
}

const OTHERS_CHOSEN = 'Another owner chose other colours meanwhile: they are on the cards now. Press again to use yours instead.';

/** Small letters and six digits, or null for none; undefined when it is no colour. */
function readColour(text: string | null): string | null | undefined {
  if (text === null || text.trim() === '') return null;
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (digits === undefined) return undefined;
  return `#${digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits}`;
}

async function hasPicture(db: Db, businessId: string, file: string): Promise<boolean> {
  const query = db.selectFrom('picture').select('id').where('business_id', '=', businessId).where('file', '=', file);
  return (await query.executeTakeFirst()) !== undefined;
}
