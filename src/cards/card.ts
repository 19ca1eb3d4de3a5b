import type { Look } from './look.ts';
import type { Problem } from './problems.ts';
import type { Words } from './words.ts';

export interface CardSource {
  mjml: string;
  words: Words;
  /** BCP 47. */
  language: string;
  look?: Look;
}

/** What is stored of a published card in one language: Handlebars sources and their hash. */
export interface StoredCard {
  language: string;
  subject: string;
  html: string;
  text: string;
  /** SHA-256 of all of the above. */
  hash: string;
}

/** One version of a card in one language, fresh from its design and words. */
export interface CompiledCard extends StoredCard {
  /** Merge fields used. */
  fields: string[];
  /** Fields used with nothing to say instead: who lacks one gets no card. */
  required: string[];
}

export type Compiled = { ok: true; card: CompiledCard; warnings: Problem[] } | { ok: false; problems: Problem[] };
