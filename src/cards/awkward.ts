import type { MergeData } from './fields.ts';

/** People whose names have broken cards before. Each card is filled in for all of them before it is published. */
export const AWKWARD: readonly { name: string; data: MergeData }[] = [
  person('everyday', { firstName: 'Mia', lastName: 'Okafor', name: 'Mia Okafor' }),
  person('no name', {}),
  person('80 letters', named('Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessen')),
  longest('200 letters', 'Wolfeschlegelsteinhausen '.repeat(8).trim()),
  person('right to left', named('عبد الرحمن بن محمد')),
  person('emoji', named('👩‍👩‍👧‍👦 Zoë 🌷')),
  person('apostrophes', named("D'Arcy O'Brien-“Bob”")),
  person('markup', named('<img src=x onerror=alert(1)><b>Bobby</b> & "Sons"')),
  person('template', named('{{customer.name}} </title></td><mj-raw><script>alert(1)</script></mj-raw>')),
];

function named(name: string): MergeData['customer'] {
  return { firstName: name, lastName: name, name: `${name} ${name}`, consented: true };
}

/** Everything that is known of somebody, each as long as it can be entered. */
function longest(name: string, words: string): { name: string; data: MergeData } {
  const { data } = person(name, named(words));
  return {
    name,
    data: {
      ...data,
      date: { years: 100, label: words.slice(0, 60) },
      years: 100,
      purchase: { category: words.slice(0, 100), day: 'the 28th of September', amount: 'CHF 1’234’567.89' },
      personalLine: `${words} ${words.slice(0, 90)}`,
    },
  };
}

function person(name: string, customer: MergeData['customer']): { name: string; data: MergeData } {
  const some = Object.keys(customer).length > 0;
  const known = {
    date: { years: 40, label: 'wedding anniversary' },
    years: 3,
    purchase: { category: 'a spring bouquet', day: '14 March', amount: '£48.00' },
    personalLine: 'See you on Saturday!',
  };
  const data: MergeData = {
    language: 'en',
    customer,
    business: { name: 'Rosa & Fern', postalAddress: '12 Market Row\nBath BA1 5LZ' },
    occasion: { name: 'Birthday' },
    survey: { question: 'How did we do?', kind: 'scale', answers: answers() },
    links: {
      view: 'https://cards.example/v/1a2b3c',
      unsubscribe: 'https://cards.example/u/1a2b3c',
      preferences: 'https://cards.example/p/1a2b3c',
      pictures: 'https://cards.example/pictures/',
    },
    ...(some ? known : {}),
  };
  return { name, data };
}

function answers(): NonNullable<MergeData['survey']>['answers'] {
  const labels = ['Not at all happy', 'Not very happy', 'It was fine', 'Happy', 'Very happy'];
  return labels.map((label, index) => ({ label, value: String(index + 1), url: `https://cards.example/a/1a2b3c/${index + 1}` }));
}
