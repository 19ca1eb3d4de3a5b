import { html } from 'hono/html';
import { icon } from './icons.ts';
import type { Html } from './layout.ts';

export { icon } from './icons.ts';

/** What may stand in a page. */
export type Piece = Html | string | ReturnType<typeof icon> | Piece[];

export interface FieldLook {
  name: string;
  /** Where two forms on one page have a field of this name: something that tells them apart. */
  form?: string;
  label: string;
  value?: string | number | null | undefined;
  /** What to write, in a few words below the label. */
  hint?: Piece;
  /** What is wrong with what was written; it stands at the field, and the field is marked. */
  problem?: string | undefined;
  required?: boolean;
}

export interface FieldOptions extends FieldLook {
  type?: 'text' | 'email' | 'password' | 'search' | 'tel' | 'url' | 'number' | 'date' | 'time' | 'file' | 'color';
  autocomplete?: string;
  /** Suggestions of which any may be typed over. */
  list?: readonly string[];
  placeholder?: string;
  inputmode?: 'text' | 'numeric' | 'decimal' | 'email' | 'tel' | 'url';
  maxlength?: number;
  /** For files: what may be chosen, such as 'image/png,image/jpeg'. */
  accept?: string;
  /** The first thing to fill in. */
  autofocus?: boolean;
}

export function field(options: FieldOptions): Html {
  const { name, value, type = 'text', list } = options;
  const id = idFor(options);
  const { autocomplete, placeholder, inputmode, maxlength, accept } = options;
  return labelled(
    options,
    html`<input
        id="${id}"
        name="${name}"
        type="${type}"
        ${type === 'file' ? '' : html`value="${value ?? ''}"`}
        ${described(options)}
        ${attribute('autocomplete', autocomplete)}
        ${attribute('placeholder', placeholder)}
        ${attribute('inputmode', inputmode)}
        ${attribute('maxlength', maxlength)}
        ${attribute('accept', accept)}
        ${attribute('list', list && `${id}-list`)}
        ${options.required ? html`required` : ''}
        ${options.autofocus ? html`autofocus` : ''}
      />${list ? suggestions(id, list) : ''}`,
  );
}

export function area(options: FieldLook & { rows?: number; maxlength?: number }): Html {
  const { name, value, rows = 3, maxlength, required } = options;
  return labelled(
    options,
    html`<textarea
      id="${idFor(options)}"
      name="${name}"
      rows="${rows}"
      ${attribute('maxlength', maxlength)}
      ${described(options)}
      ${required ? html`required` : ''}
    >
${value ?? ''}</textarea>`,
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

export function select(options: FieldLook & { options: readonly Option[] }): Html {
  const { name, value } = options;
  const lines = options.options.map(
    (option) =>
      html`<option value="${option.value}" ${String(value ?? '') === option.value ? html`selected` : ''}>
        ${option.label}
      </option>`,
  );
  return labelled(
    options,
    html`<select id="${idFor(options)}" name="${name}" ${described(options)}>
      ${lines}
    </select>`,
  );
}

/** One of a few, all seen at once. */
export function choice(look: FieldLook & { options: readonly Option[] }): Html {
  const { name, label, value, hint } = look;
  const lines = look.options.map(
    (option) =>
      html`<label class="option">
        <input type="radio" name="${name}" value="${option.value}" ${String(value ?? '') === option.value ? html`checked` : ''} />
        <span>${option.label}${option.hint ? html`<small>${option.hint}</small>` : ''}</span>
      </label>`,
  );
  return html`<fieldset class="field one-of">
    <legend>${label}</legend>
    ${hint ? html`<p class="hint">${hint}</p>` : ''} ${complaint(look)}
    <div class="options">${lines}</div>
  </fieldset>`;
}

export function check({
  name,
  label,
  checked,
  hint,
  value = '1',
}: {
  name: string;
  label: string;
  checked: boolean;
  hint?: string;
  value?: string;
}): Html {
  return html`<label class="option">
    <input type="checkbox" name="${name}" value="${value}" ${checked ? html`checked` : ''} />
    <span>${label}${hint ? html`<small>${hint}</small>` : ''}</span>
  </label>`;
}

export interface ButtonOptions {
  /** 'main' is the one that most people want; 'quiet' unless said. */
  kind?: 'main' | 'quiet' | 'danger';
  name?: string;
  value?: string;
  icon?: string;
  /** What a screen reader says, where the words alone do not tell which one: "Skip Maria's birthday card". */
  says?: string;
}

export function button(label: Piece, options: ButtonOptions = {}): Html {
  const { kind = 'quiet', name, value } = options;
  return html`<button
    class="${kind}"
    ${attribute('name', name)}
    ${attribute('value', value)}
    ${attribute('aria-label', options.says)}
  >
    ${options.icon ? icon(options.icon) : ''}${label}
  </button>`;
}

/** A link that looks like a button. */
export function linkButton(to: string, label: Piece, options: Pick<ButtonOptions, 'kind' | 'icon' | 'says'> = {}): Html {
  return html`<a class="button ${options.kind ?? 'quiet'}" href="${to}" ${attribute('aria-label', options.says)}
    >${options.icon ? icon(options.icon) : ''}${label}</a
  >`;
}

/** A form of one button. */
export function press(
  to: string,
  label: Piece,
  options: ButtonOptions & { fields?: Record<string, string | number> } = {},
): Html {
  return html`<form class="one-press" method="post" action="${to}">
    ${hidden(options.fields ?? {})}${button(label, options)}
  </form>`;
}

export function hidden(fields: Record<string, string | number>): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

export function pill(text: string, tone: 'good' | 'warn' | 'bad' | 'calm' = 'calm'): Html {
  return html`<span class="pill ${tone}">${text}</span>`;
}

/** A card's real render, made small. Nothing in it is pressed or read out: what stands around it says which one it is. */
export function thumbnail(src: string): Html {
  return html`<span class="thumb" inert><iframe src="${src}" title="" loading="lazy" sandbox scrolling="no"></iframe></span>`;
}

/** Instead of a blank list: what will stand here, and the first thing to do about it. */
export function empty({ title, text, action }: { title: string; text: Piece; action?: Piece }): Html {
  return html`<div class="empty">
    <h2>${title}</h2>
    <p>${text}</p>
    ${action ?? ''}
  </div>`;
}

/** Newer and older, by address. */
export function pager(links: { previous?: string | undefined; next?: string | undefined }): Html | '' {
  if (!links.previous && !links.next) return '';
  return html`<nav class="pager" aria-label="Pages">
    ${links.previous ? html`<a rel="prev" href="${links.previous}">Back</a>` : html`<span></span>`}
    ${links.next ? html`<a rel="next" href="${links.next}">More</a>` : ''}
  </nav>`;
}

/** What a form as a whole has to say. */
export function problemBox(words: string | undefined): Html | '' {
  return words ? html`<p class="problem" role="alert">${words}</p>` : '';
}

export function attribute(name: string, value: string | number | undefined | false): Html | '' {
  return value === undefined || value === false ? '' : html`${name}="${value}"`;
}

function labelled(options: FieldLook, control: Html): Html {
  const { label, hint, problem } = options;
  const id = idFor(options);
  return html`<div class="field ${problem ? 'wrong' : ''}">
    <label for="${id}">${label}</label>
    ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : ''} ${complaint(options)} ${control}
  </div>`;
}

function complaint(look: FieldLook): Html | '' {
  return look.problem ? html`<p class="wrong-words" id="${idFor(look)}-problem" role="alert">${look.problem}</p>` : '';
}

function described(look: FieldLook): Html | '' {
  const { hint, problem } = look;
  const id = idFor(look);
  const ids = [hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].filter(Boolean);
  if (ids.length === 0) return '';
  return html`aria-describedby="${ids.join(' ')}" ${problem ? html`aria-invalid="true"` : ''}`;
}

function suggestions(id: string, list: readonly string[]): Html {
  return html`<datalist id="${id}-list">${list.map((item) => html`<option value="${item}"></option>`)}</datalist>`;
}

function idFor({ name, form }: FieldLook): string {
  return `${form ?? 'f'}-${name}`.replaceAll(/[^\w-]/g, '-');
}
