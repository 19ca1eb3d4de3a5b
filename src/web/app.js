// What the members' pages do a little quicker with a script. Every one of them works without it.
const doc = document;

doc.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    const search = doc.querySelector('input[type=search]');
    if (search instanceof HTMLElement) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === 'Escape') closeMenus(undefined);
});

doc.addEventListener('click', (event) => {
  const at = event.target instanceof Element ? event.target : undefined;
  closeMenus(at);
  const copy = at?.closest('[data-copy]');
  if (copy instanceof HTMLElement)
    void navigator.clipboard?.writeText(copy.dataset['copy'] ?? '').then(() => copy.classList.add('copied'));
  const reveal = at?.closest('[data-reveal]');
  if (reveal instanceof HTMLElement) revealPassword(reveal);
});

// What `except` lies in stays open.
function closeMenus(except) {
  for (const menu of doc.querySelectorAll('.top details[open]'))
    if (!except || !menu.contains(except)) menu.removeAttribute('open');
}

function revealPassword(switcher) {
  const input = doc.getElementById(switcher.dataset['reveal'] ?? '');
  if (!(input instanceof HTMLInputElement)) return;
  const shown = input.type === 'password';
  input.type = shown ? 'text' : 'password';
  switcher.setAttribute('aria-pressed', String(shown));
}

// A field that wants to know where the browser is, such as a new shop's time zone.
for (const input of doc.querySelectorAll('input[data-zone], select[data-zone]')) {
  if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) {
    if (input.dataset['zone'] !== 'kept') input.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

// Files may be dropped on the box around their input; a box marked so sends at once.
for (const box of doc.querySelectorAll('[data-drop]')) {
  const input = box.querySelector('input[type=file]');
  if (!(box instanceof HTMLElement) || !(input instanceof HTMLInputElement)) continue;
  const over = (is) => box.classList.toggle('over', is);
  box.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(true);
  });
  box.addEventListener('dragleave', () => over(false));
  box.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  input.addEventListener('change', () => {
    const fits = refuseTooLarge(box, input);
    if (fits && box.dataset['drop'] === 'send') input.form?.requestSubmit();
  });
}

// Says at once what the server would say after all of it was sent; whether nothing is to be said.
function refuseTooLarge(box, input) {
  const { most, tooLarge } = input.dataset;
  const fits = most === undefined || Array.from(input.files ?? []).every(({ size }) => size <= Number(most));
  for (const said of input.form?.querySelectorAll('.problem') ?? []) said.remove();
  if (fits) return true;
  const problem = doc.createElement('p');
  problem.className = 'problem';
  problem.setAttribute('role', 'alert');
  problem.textContent = tooLarge ?? '';
  box.before(problem);
  input.value = '';
  return false;
}

// What was typed and not sent is not lost by a slip.
let unsent = false;
doc.addEventListener('input', (event) => {
  if (event.target instanceof Element && event.target.closest('form[data-keep]')) unsent = true;
});
doc.addEventListener('submit', () => {
  unsent = false;
});
addEventListener('beforeunload', (event) => {
  if (unsent) event.preventDefault();
});
