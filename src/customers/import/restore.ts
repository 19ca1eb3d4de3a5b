import { nameKey } from '../name-key.ts';
import { dateValue } from './apply.ts';
import type { EntryDate } from './entry.ts';
import type { Fields, Known } from './people.ts';

/** Somebody as they were before the import, as far as nobody changed it since. */
export interface Restored {
  id: string;
  fields: Fields;
  nameKey: string;
  dates: { kind: string; label: string; day: YearlyDay | null }[];
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

type YearlyDay = Pick<EntryDate, 'month' | 'day' | 'year'>;

/** What an import changed about somebody who was here before. */
export interface FileChange {
  customer_id: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** Walks an import's changes back, the latest first. A field that stands otherwise than the import left it stays. */
export function restorePeople(known: Map<string, Known>, changes: FileChange[]): Restored[] {
  const restored = new Map<string, Restored>();
  for (const change of changes) {
    const person = known.get(change.customer_id);
    if (!person || person.deceased) continue;
    const one = restored.get(person.id) ?? blank(person);
    for (const field of Object.keys(change.after)) walkBack(one, person, field, change);
    if (Object.keys(one.after).length > 0) restored.set(person.id, one);
  }
  return [...restored.values()]
    .filter(isSomebody)
    .map((one) => ({ ...one, nameKey: nameKey(one.fields.given_name, one.fields.family_name) }));
}

function blank({ id, fields }: Known): Restored {
  return { id, fields: { ...fields }, nameKey: '', dates: [], before: {}, after: {} };
}

function isSomebody({ fields: { given_name, family_name, email } }: Restored): boolean {
  return Boolean(given_name ?? family_name ?? email);
}

function walkBack(one: Restored, person: Known, field: string, { before, after }: FileChange): void {
  if (field === 'custom') walkCustomBack(one, asTexts(before[field]), asTexts(after[field]));
  else if (field.includes('/')) walkDateBack(one, person, field, before[field] as YearlyDay | null, after[field] as YearlyDay);
  else if (field in one.fields) walkFieldBack(one, field as keyof Fields, before, after);
}

function walkFieldBack(
  one: Restored,
  field: keyof Fields,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): void {
  if (one.fields[field] !== after[field] || field === 'basis_kind') return;
  tell(one, field, one.fields[field], before[field] ?? null);
  Object.assign(one.fields, { [field]: before[field] ?? null });
  if (field === 'email') one.fields.email_key = (before['email_key'] as string | null | undefined) ?? null;
}

function walkCustomBack(one: Restored, before: Record<string, string>, after: Record<string, string>): void {
  const custom = { ...one.fields.custom };
  for (const [key, value] of Object.entries(after)) {
    const former = before[key];
    if (value === former || custom[key] !== value) continue;
    if (former === undefined) delete custom[key];
    else custom[key] = former;
  }
  if (JSON.stringify(custom) === JSON.stringify(one.fields.custom)) return;
  tell(one, 'custom', one.fields.custom, custom);
  one.fields.custom = custom;
}

function walkDateBack(one: Restored, person: Known, key: string, before: YearlyDay | null, after: YearlyDay): void {
  const now = person.dates.get(key);
  if (!now || dateValue(now) !== dateValue(after)) return;
  tell(one, key, after, before);
  const { kind, label } = now;
  one.dates = [...one.dates.filter((date) => `${date.kind}/${date.label}` !== key), { kind, label, day: before }];
  if (before) person.dates.set(key, { kind, label, ...before });
  else person.dates.delete(key);
}

function tell(one: Restored, field: string, from: unknown, to: unknown): void {
  one.before[field] ??= from;
  one.after[field] = to;
}

function asTexts(value: unknown): Record<string, string> {
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? {})) as Record<string, string>;
}
