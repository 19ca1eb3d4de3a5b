import type { Form } from '../../forms.ts';

/** A form on the customer's page that could not be taken: which, why, and what was typed into it. */
export interface Trouble {
  /** 'date', 'date <id>', 'purchase', 'stop', 'notes', 'basis'. */
  at: string;
  problem: string;
  form: Form;
  /** A field's own complaint, by its name, instead of one for the whole form. */
  fields?: Record<string, string>;
}

export function troubleAt(trouble: Trouble | undefined, at: string): Trouble | undefined {
  return trouble?.at === at ? trouble : undefined;
}
