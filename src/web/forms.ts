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

// Unicode keeps each script's ten digits together, the first of them on a place that ends in 0 or 6.
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
