/** Where sample customers come from. Names in plain Latin letters make addresses; `mail` is given where they do not. */
export interface SampleCountry {
  country: string;
  language: string;
  zones: string[];
  given: string[];
  family: string[];
}

export const countries: [SampleCountry, ...SampleCountry[]] = [
  of(
    'GB',
    'en-GB',
    'Europe/London',
    'Olivia George Amelia Harry Isla Freddie Poppy Alfie Rosie Archie Florence Ned',
    'Ashworth Bell Fairweather Greene Holloway Marsh Penrose Quill Thorne Whitlock',
  ),
  of(
    'DE',
    'de',
    'Europe/Berlin',
    'Anna Jonas Lena Moritz Greta Emil Frieda Anton Käthe Jörg Sabine Matthias',
    'Becker Brandt Fuchs Größer Hahn König Lindner Müller Sommer Vogel Weiß',
  ),
  of('AT', 'de-AT', 'Europe/Vienna', 'Leopold Valentina Xaver Theresa Florian Resi', 'Gruber Hofer Moser Steiner Wallner'),
  of(
    'FR',
    'fr',
    'Europe/Paris',
    'Camille Léo Chloé Hugo Manon Étienne Zoé Benoît Margaux Jean-Luc',
    "Bernard Chevalier D'Arc Fontaine Lefèvre Moreau Petit Rousseau",
  ),
  of(
    'ES',
    'es',
    'Europe/Madrid',
    'Lucía Mateo Sofía Iker Martina Álvaro Inés Joaquín',
    'García Hernández Ibáñez López Muñoz Ortega Vega',
  ),
  of('IT', 'it', 'Europe/Rome', 'Giulia Lorenzo Chiara Matteo Bianca Enzo', 'Bianchi Conti Esposito Ferrari Ricci'),
  of('NL', 'nl', 'Europe/Amsterdam', 'Sanne Daan Fleur Bram Lieke', 'Bakker Jansen Vermeer Visser'),
  of('SE', 'sv', 'Europe/Stockholm', 'Astrid Nils Saga Björn Linnéa', 'Åkesson Dahl Lindqvist Öberg'),
  of('PL', 'pl', 'Europe/Warsaw', 'Zofia Jakub Łucja Stanisław', 'Kowal Nowak Wójcik Mazur'),
  of(
    'US',
    'en-US',
    'America/New_York America/Chicago America/Los_Angeles',
    'Harper Mason Ruby Wyatt Hazel Silas Juniper Theo',
    'Brooks Carter Delgado Hayes Nguyen Sullivan Washington',
  ),
  of('AU', 'en-AU', 'Australia/Sydney Australia/Perth', 'Matilda Banjo Evie Lachlan', 'Doyle Kelly Murphy Nolan'),
  of('IN', 'en-IN', 'Asia/Kolkata', 'Ananya Rohan Meera Vikram', 'Iyer Kapoor Rao Sharma'),
  of('JP', 'ja', 'Asia/Tokyo', 'Sakura Haruto Yui Ren', 'Fujita Nakamura Sato Tanaka'),
  of('BR', 'pt-BR', 'America/Sao_Paulo', 'Beatriz João Helena Thiago', 'Almeida Carvalho Souza'),
];

export interface AwkwardPerson {
  given: string | null;
  family: string | null;
  mail: string | null;
  language?: string;
  zone?: string;
  birthday?: { month: number; day: number; year: number | null };
  notes?: string;
}

/** People whose names or days real programs stumble over. Every shop has them. */
export const awkward: AwkwardPerson[] = [
  {
    given: 'Felix',
    family: 'Schalt',
    mail: 'felix.schalt',
    language: 'de',
    zone: 'Europe/Berlin',
    birthday: { month: 2, day: 29, year: 1996 },
    notes: 'Born on a leap day, and proud of it.',
  },
  { given: 'Zoë', family: "O'Brien-Núñez", mail: 'zoe.obrien' },
  {
    given: 'Maximiliana Theodora Wilhelmina',
    family: 'von und zu Hohenstein-Oettingen-Sternberg-Rosenau',
    mail: 'max',
    language: 'de',
    zone: 'Europe/Berlin',
    notes: 'Goes by Max.',
  },
  { given: 'ليلى', family: 'حداد', mail: 'layla.haddad', language: 'ar', zone: 'Asia/Beirut' },
  { given: '桜', family: '田中', mail: 'sakura.tanaka', language: 'ja', zone: 'Asia/Tokyo' },
  { given: 'Suryani', family: null, mail: 'suryani', language: 'id', zone: 'Asia/Jakarta', notes: 'One name only.' },
  { given: null, family: null, mail: 'garden.club', notes: 'Signed the guest book with an address and no name.' },
  { given: 'Luna 🌻', family: 'Fairweather', mail: 'luna' },
  { given: 'Søren', family: 'Ærø & Son', mail: 'soren', language: 'da', zone: 'Europe/Copenhagen' },
  { given: 'Edith', family: 'Penrose', mail: null, notes: 'No e-mail. Comes in every Friday for fresh eucalyptus.' },
];

export const notes = [
  'Allergic to lilies.',
  'Loves peonies, the darker the better.',
  'White flowers only, please.',
  'Always asks for a handwritten card.',
  'Two cats: no lilies, no tulips.',
  'Brings the vase back every time.',
  'Prefers dried flowers in winter.',
  'Buys for the office on Mondays.',
  'Pays in exact change, with a smile.',
];

export const goods: { category: string; from: number; to: number }[] = [
  { category: 'Seasonal bouquet', from: 2400, to: 5500 },
  { category: 'Roses', from: 3200, to: 9500 },
  { category: 'Tulips', from: 1200, to: 2400 },
  { category: 'Orchid', from: 2900, to: 4900 },
  { category: 'House plant', from: 1500, to: 6500 },
  { category: 'Wreath', from: 3900, to: 7900 },
  { category: 'Dried flowers', from: 1900, to: 4200 },
  { category: 'Table arrangement', from: 4500, to: 12_000 },
];

function of(country: string, language: string, zones: string, given: string, family: string): SampleCountry {
  return { country, language, zones: zones.split(' '), given: given.split(' '), family: family.split(' ') };
}
