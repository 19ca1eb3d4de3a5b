import type { Db } from '../businesses/commit.ts';
import { customersAt } from '../customers/customer.ts';
import { nameKey } from '../customers/name-key.ts';
import { addPurchase } from '../customers/purchases.ts';
import { businessNamed, withApp } from './run.ts';
import { refuse, say, sayJson, UsageTrouble } from './say.ts';

interface PurchaseOptions {
  business: string;
  email: string;
  on: string;
  amount: string;
  currency: string;
  category?: string;
  reference?: string;
  name?: string;
  json?: boolean;
}

export async function purchaseAdd(options: PurchaseOptions): Promise<void> {
  const currency = options.currency.trim().toUpperCase();
  if (!isCurrency(currency)) throw new UsageTrouble(`"${options.currency}" is no currency. Use three letters, such as EUR.`);
  const amount = minorUnits(options.amount, currency);
  const asked = {
    on: options.on,
    amount,
    currency,
    ...(options.category === undefined ? {} : { category: options.category }),
    ...(options.reference === undefined ? {} : { reference: options.reference }),
  };
  await withApp(async ({ db, now }) => {
    const business = await businessNamed(db, options.business);
    const customerId = await oneCustomer(db, business.id, options);
    const done = await addPurchase(db, business.id, customerId, asked, { by: 'fondly', now: now() });
    if (!done.ok) return refuse(done.reason);
    if (options.json) return sayJson({ id: done.id, added: done.added });
    say(done.added ? 'The purchase is noted.' : 'A purchase with this reference is here already. Nothing has changed.');
  });
}

/** `12.50` or `12,50` in the currency's smallest unit, by as many digits as it has: 1250. */
function minorUnits(text: string, currency: string): number {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  const [, whole = '', part = ''] = match ?? [];
  if (!match || part.length > digits) {
    const example = digits === 0 ? '1250' : `12.${'5'.padEnd(digits, '0')}`;
    throw new UsageTrouble(`"${text}" is no amount in ${currency}. Write it like ${example}, without a sign for the currency.`);
  }
  return Number(whole + part.padEnd(digits, '0'));
}

function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}

async function oneCustomer(db: Db, businessId: string, { email, name }: PurchaseOptions): Promise<string> {
  const ids = await customersAt(db, businessId, email);
  if (ids.length === 0) return refuse('No customer has this address. Import or add them first.');
  const people = await db
    .selectFrom('person')
    .select(['customer_id as id', 'given_name', 'family_name'])
    .where('business_id', '=', businessId)
    .where('customer_id', 'in', ids)
    .execute();
  const named = people.map(({ id, given_name, family_name }) => ({
    id,
    name: [given_name, family_name].filter(Boolean).join(' '),
  }));
  const meant =
    name === undefined
      ? named
      : named.filter((person) => nameKey(person.name) === nameKey(name) || nameKey(person.name).startsWith(`${nameKey(name)} `));
  const [only, ...others] = meant;
  if (only && others.length === 0) return only.id;
  const names = named.map((person) => person.name || 'someone without a name').join(', ');
  return refuse(
    meant.length === 0
      ? `Nobody of that name has this address. There is: ${names}.`
      : `Several people share this address: ${names}. Say whose it is with --name.`,
  );
}
