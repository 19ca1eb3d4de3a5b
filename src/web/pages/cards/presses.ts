import type { Said } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import type { AtDraft } from './draft.ts';

/** A press on the draft, as a form makes it. */
export interface Press {
  path: string;
  fields: Record<string, string>;
}

/** Presses come back to the language that is worded. */
export function pressAt({ href }: Visit, { draft, language }: AtDraft, what: string): string {
  return href(`/cards/${draft.cardId}/${what}?language=${language}`);
}

export function pageAt({ draft, language }: AtDraft): string {
  return `/cards/${draft.cardId}/edit?language=${language}`;
}

/** The way back from what was just kept as `rev`. */
export function undoOf({ draft, language }: AtDraft, rev: number, { path, fields }: Press): NonNullable<Said['undo']> {
  return { path: `/cards/${draft.cardId}/${path}?language=${language}`, fields: { ...fields, rev } };
}
