import { html } from 'hono/html';
import type { Conflict, FilledIn } from '../businesses/sheet.ts';
import { type Form, textOf } from './forms.ts';
import type { Html } from './layout.ts';
import type { Option } from './parts.ts';

// A form that two people may fill in at once posts what it showed along with what was typed, so that only what differs is a change.
const WAS = 'was-';

/** What the form shows, as further fields of it. */
export function wasFields(shown: object): Record<string, string> {
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [WAS + name, value as string]));
}

/** `read` makes a sheet of a form's texts. Where theirs was chosen in a clash, nothing is wanted but what the form showed. */
export function readFilledIn<Sheet extends Record<keyof Sheet, string>>(
  form: Form,
  read: (textOf: (name: string) => string) => Sheet,
): FilledIn<Sheet> {
  const posted = (prefix: string): [string, string][] => {
    const sheet: [string, string][] = Object.entries(read((name) => textOf(form, prefix + name)));
    return sheet.filter(([name]) => prefix + name in form);
  };
  const seen = posted(WAS);
  const theirs = seen.filter(([name]) => textOf(form, `keep-${name}`) === 'theirs');
  return {
    seen: Object.fromEntries(seen) as Partial<Sheet>,
    wanted: Object.fromEntries([...posted(''), ...theirs]) as Partial<Sheet>,
  };
}

/** Both values, and whose is to stand. `label` where the field itself is not beside it; `options` where people know the values by other words. */
export function clash<Sheet>(
  { field, yours, theirs }: Conflict<Sheet>,
  { label, options = [] }: { label?: string; options?: readonly Option[] } = {},
): Html {
  const shown = (value: string): Html => {
    const words = options.find((option) => option.value === value)?.label ?? value;
    return words === '' ? html`<em>nothing</em>` : html`<bdi>${words}</bdi>`;
  };
  return html`<fieldset class="clash">
    <legend>Two of you changed this${label === undefined ? '' : `: ${label}`}</legend>
    <label class="option"
      ><input type="radio" name="keep-${field}" value="yours" checked /><span>Yours, as below: ${shown(yours)}</span></label
    >
    <label class="option"><input type="radio" name="keep-${field}" value="theirs" /><span>Theirs: ${shown(theirs)}</span></label>
  </fieldset>`;
}
