import type { Context } from 'hono';

/** A form as it was posted. */
export type Form = Record<string, string | File | (string | File)[]>;

/**
 * A form as it is posted here, its lines ended as everywhere else (browsers post two signs for each), and without the one sign that PostgreSQL
 * keeps in no text, and that nobody types. What cannot be read as a form says nothing: the page asks for what is missing, and a press
 * without words is still a press.
 */
export async function readForm(c: Context): Promise<Form> {
  const form: Form = await c.req.parseBody({ all: true }).catch(() => ({}));
  const clean = (value: string | File): string | File =>
    typeof value === 'string' ? value.replaceAll('\0', '').replaceAll('\r\n', '\n') : value;
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name, Array.isArray(value) ? value.map(clean) : clean(value)]),
  );
}

/**
 * Leads a customer from their press to a page that only shows what came of it, at the same address: going back to it, or opening it anew, sends
 * nothing twice, and no browser asks whether it should. Relative, so that no signed link is written anywhere.
 */
export function shown(c: Context, what: Record<string, string>): Response {
  return c.redirect(`?${new URLSearchParams(what).toString()}`, 303);
}

export function textOf(form: Form, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** A whole number as people write it, in Arabic, Persian or wide digits too; undefined when it is none. */
export function numberOf(form: Form, name: string): number | undefined {
  const digits = textOf(form, name)
    .trim()
    .replaceAll(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
  return /^\d{1,4}$/.test(digits) ? Number(digits) : undefined;
}

/** A day of a year as it was typed, 0 where that was no number; without a year where none was. */
export function dayIn(form: Form): { month: number; day: number; year?: number } {
  const day = { month: numberOf(form, 'month') ?? 0, day: numberOf(form, 'day') ?? 0 };
  return textOf(form, 'year').trim() === '' ? day : { ...day, year: numberOf(form, 'year') ?? 0 };
}

// Unicode keeps each script's ten digits together, the first of them on a place that ends in 0 or 6.
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
