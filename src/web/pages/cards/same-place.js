// A press that changes the design draws the page anew: whoever pressed stays where they were, with the same button at hand.
const KEY = 'fondly-place';

export function leaveFrom(form, pressed) {
  sessionStorage.setItem(
    KEY,
    JSON.stringify({ page: location.pathname, top: scrollY, form: nameOf(form), press: pressed?.value ?? '' }),
  );
}

export function comeBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  sessionStorage.removeItem(KEY);
  if (kept?.page !== location.pathname) return;
  scrollTo({ top: kept.top, behavior: 'instant' });
  const form = [...document.querySelectorAll('.compose form')].find((one) => nameOf(one) === kept.form);
  const buttons = [...(form?.querySelectorAll('button') ?? [])];
  const same = buttons.find(({ value }) => value === kept.press) ?? buttons[0];
  same?.focus({ preventScroll: true });
}

/** Which block or picture a form is of. */
function nameOf(form) {
  const part = form.querySelector('input[name=block], input[name=picture]');
  return `${form.getAttribute('action')} ${part?.value ?? ''}`;
}
