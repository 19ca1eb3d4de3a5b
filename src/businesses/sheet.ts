/** A form that was filled in while others may have changed the same thing: what it showed, and what was typed. */
export interface FilledIn<Sheet> {
  seen: Partial<Sheet>;
  wanted: Partial<Sheet>;
}

/** A field that somebody else changed meanwhile to something else. */
export interface Conflict<Sheet> {
  field: keyof Sheet & string;
  theirs: string;
  yours: string;
}

/**
 * What a form changes of the texts that stand `now`: only fields that differ from what it showed are edits, so that changes of different fields
 * go together. Where somebody else made something else of the same field, it is a conflict. `merged` is what stands now with the edits in it.
 */
export function mergeSheet<Sheet extends Record<keyof Sheet, string>>(
  now: Sheet,
  { seen, wanted }: FilledIn<Sheet>,
): { edits: Partial<Sheet>; conflicts: Conflict<Sheet>[]; merged: Sheet } {
  const typed = Object.entries(wanted) as [keyof Sheet & string, string][];
  const edits = typed.filter(([field, value]) => tidy(value) !== tidy(seen[field]));
  const lost = edits.filter(([field, value]) => tidy(now[field]) !== tidy(seen[field]) && tidy(now[field]) !== tidy(value));
  const changed = Object.fromEntries(edits) as Partial<Sheet>;
  return {
    edits: changed,
    conflicts: lost.map(([field, yours]) => ({ field, theirs: now[field], yours })),
    merged: { ...now, ...changed },
  };
}

/** As it is compared: what came in by a file may have lines with CRLF. */
export function tidy(text: string | undefined): string {
  return (text ?? '').normalize('NFC').replaceAll('\r\n', '\n').trim();
}
