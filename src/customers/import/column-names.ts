/** What a column holds. Dates carry the customer's date kind and label; events are Google's pairs of label and value. */
export type Field =
  | {
      is:
        | 'given'
        | 'middle'
        | 'family'
        | 'name'
        | 'email'
        | 'phone'
        | 'language'
        | 'zone'
        | 'reference'
        | 'notes'
        | 'joined'
        | 'mail wanted'
        | 'unsubscribed'
        | 'bounced';
    }
  | { is: 'date'; kind: string; label: string }
  | { is: 'event label' | 'event value'; n: number }
  | { is: 'custom'; key: string }
  | { is: 'ignored' };

// Column names as real exports and hand-made sheets write them (English, German, French, Spanish), folded: lower case,
// no accents, every mark a space.

const plain: [Exclude<Field['is'], 'date' | 'event label' | 'event value' | 'custom' | 'ignored'>, string][] = [
  ['given', 'first name|firstname|given name|givenname|forename|fname|first|christian name|default address first name'],
  ['given', 'vorname|rufname|prenom|primer nombre|nombre de pila'],
  [
    'middle',
    'middle name|middlename|additional name|second name|weitere vornamen|zweiter vorname|deuxieme prenom|segundo nombre',
  ],
  ['family', 'last name|lastname|family name|familyname|surname|lname|last|nachname|familienname|zuname'],
  ['family', 'nom de famille|apellidos|apellido|primer apellido'],
  [
    'name',
    'name|full name|fullname|customer name|customer|client|client name|contact|contact name|display name|display name last first',
  ],
  [
    'name',
    'kunde|kundin|kundenname|vollstandiger name|vor und nachname|vorname und nachname|vorname nachname|anzeigename|kontakt',
  ],
  ['name', 'nom|nom complet|nom et prenom|prenom et nom|nom prenom|prenom nom|nom du client'],
  ['name', 'nombre|nombre completo|nombre y apellidos|nombre y apellido|cliente|nombre del cliente'],
  [
    'email',
    'email|e mail|mail|email address|e mail address|e mail 1 value|primary email|customer email|contact email|email 1|e mail 1',
  ],
  ['email', 'e mail 2 value|e mail 3 value|e mail 2 address|e mail 3 address|email 2|e mail adresse|email adresse|mailadresse'],
  [
    'email',
    'e mail 2 adresse|e mail 3 adresse|adresse e mail|adresse email|adresse de messagerie|adresse mail|courriel|adresse electronique',
  ],
  ['email', 'correo|correo electronico|direccion de correo electronico|direccion de correo|direccion de email'],
  [
    'phone',
    'mobile phone|mobile|mobile number|cell|cell phone|phone|phone number|telephone|tel|phone 1 value|phone 1|primary phone|home phone',
  ],
  ['phone', 'default address phone|handy|handynummer|mobiltelefon|telefon|telefonnummer|rufnummer|telefon privat|mobil'],
  [
    'phone',
    'portable|telephone portable|tel mobile|telephone mobile|numero de telephone|telephone domicile|movil|telefono movil|telefono|celular',
  ],
  ['language', 'language|preferred language|locale|lang|language code|sprache|langue|idioma|lengua'],
  ['zone', 'time zone|timezone|zeitzone|fuseau horaire|zona horaria|huso horario|tz'],
  [
    'reference',
    'reference|reference id|customer id|customer number|customer no|customer ref|client id|member id|member number|id|square customer id',
  ],
  [
    'reference',
    'kundennummer|kundennr|kunden nr|kunden id|referenz|numero client|numero de client|no client|reference client|id client',
  ],
  ['reference', 'numero de cliente|id cliente|id de cliente|codigo de cliente|referencia'],
  ['notes', 'notes|note|memo|comments|comment|remarks|notizen|notiz|bemerkung|bemerkungen|anmerkung|anmerkungen'],
  ['notes', 'remarque|remarques|commentaire|commentaires|notas|nota|observaciones|comentarios'],
  [
    'joined',
    'joined|joined on|join date|date joined|customer since|client since|member since|first visit|signup date|sign up date|since',
  ],
  ['joined', 'first purchase|first order|first order date|first purchase date|date of first purchase|membre depuis le'],
  ['joined', 'kunde seit|kundin seit|mitglied seit|erster besuch|erstbesuch|erster kauf|seit|eintritt|eintrittsdatum'],
  ['joined', 'client depuis|cliente depuis|membre depuis|premiere visite|premier achat|date d inscription|inscrit le'],
  ['joined', 'cliente desde|socio desde|primera visita|primera compra|fecha de alta|miembro desde'],
  [
    'mail wanted',
    'accepts email marketing|accepts marketing|email subscription status|email marketing status|subscription status|newsletter',
  ],
  [
    'mail wanted',
    'email opt in|marketing opt in|subscribed|werbung erlaubt|newsletter erlaubt|accepte les emails|acepta marketing',
  ],
  ['unsubscribed', 'unsub time|unsubscribed at|unsubscribed on|unsubscribe date|unsubscribed|opted out|abgemeldet am|abgemeldet'],
  ['unsubscribed', 'desabonne le|date de desabonnement|fecha de baja'],
  ['bounced', 'clean time|cleaned at|bounced at|bounced on|bounced'],
];

const dates: [kind: string, label: string, names: string][] = [
  ['birthday', '', 'birthday|birth date|birthdate|date of birth|dob|d o b|bday|born|born on|birth day'],
  ['birthday', '', 'geburtstag|geburtsdatum|geb datum|geburtsdat|geb|geboren|geboren am|gebdatum|gebtag'],
  ['birthday', '', 'anniversaire|date de naissance|naissance|ne le|nee le|date anniversaire|date d anniversaire'],
  ['birthday', '', 'cumpleanos|fecha de nacimiento|nacimiento|fecha nacimiento|fecha de cumpleanos|f nacimiento'],
  ['anniversary', '', 'anniversary|anniversary date|jahrestag|jubilaum|aniversario|fecha de aniversario'],
  [
    'anniversary',
    'wedding',
    'wedding|wedding anniversary|wedding day|wedding date|date of wedding|hochzeit|hochzeitstag|hochzeitsdatum',
  ],
  ['anniversary', 'wedding', 'mariage|date de mariage|anniversaire de mariage|anniversaire de mariage ou fete|jour de mariage'],
  ['anniversary', 'wedding', 'boda|aniversario de boda|fecha de boda|fecha de la boda|dia de la boda'],
  ['name day', '', 'name day|nameday|namenstag|fete|jour de fete|santo|onomastica|dia del santo'],
];

// What exports hold besides, and a shop that remembers days has no use for. Anything else becomes a field of the shop's own.
const ignored = [
  'title|suffix|prefix|name prefix|name suffix|initials|nickname|short name|maiden name|file as|phonetic first name|phonetic middle name',
  'phonetic last name|yomi name|given name yomi|additional name yomi|family name yomi|anrede|titre|tratamiento|suffixe|sufijo|initialen|initiales|iniciales',
  'company|company name|organization|organization name|organization title|organization department|company main phone|department|job title',
  'firma|abteilung|position|societe|service|fonction|organizacion|departamento|cargo|puesto|business|occupation|profession|beruf',
  'photo|labels|group membership|subject|location|gender|sex|geschlecht|sexe|sexo|hobby|spouse|children|manager s name|assistant s name|referred by',
  'account|billing information|categories|directory server|government id number|internet free busy|keywords|kategorien|mileage|office location',
  'organizational id number|pager|pob|po box|priority|private|privat|prive|privado|profession|sensitivity|user 1|user 2|user 3|user 4|web page|webseite|page web',
  'customer language|email type|e mail type|e mail display name|e mail 2 type|e mail 2 display name|e mail 3 type|e mail 3 display name',
  'e mail typ|e mail angezeigter name|e mail 2 typ|e mail 2 angezeigter name|e mail 3 typ|e mail 3 angezeigter name',
  'other phone|primary phone|home phone 2|business phone|business phone 2|business fax|home fax|other fax|car phone|radio phone|tty tdd phone|telex|isdn|callback|assistant s phone',
  'default address company|default address address1|default address address2|default address city|default address province code',
  'default address country code|default address zip|accepts sms marketing|total spent|total orders|tax exempt|tags',
  'street address 1|street address 2|city|state|postal code|creation source|last visit|transaction count|lifetime spend|instant profile|blocked payment methods|country code',
  'member rating|optin time|optin ip|confirm time|confirm ip|latitude|longitude|gmtoff|dstoff|cc|region|last changed|leid|euid|address|unsub campaign title|unsub reason|clean campaign title',
  // Our own file of refused rows says so beside each.
  'why|why it was refused',
  'strasse|ort|plz|land|postleitzahl|bundesland|rue|ville|code postal|pays|calle|ciudad|codigo postal|pais|provincia|country|zip|zip code|street|adresse|direccion',
];

// Families of columns: Google's numbered ones, Outlook's addresses.
const ignoredShapes = [
  /^(?:e mail|phone|address|relation|website|im|custom field|organization|external id|calendar link|jot|keyword|location) \d+ /,
  /^(?:home|business|other) (?:street|city|state|postal code|country|country region|address|po box)/,
  /(?:privat|geschaftlich|weitere?s?)$/,
  /(?:domicile|bureau|autre)$/,
  /(?:particular|del trabajo|otra|otro)$/,
];

const byName = new Map<string, Field>([
  ...ignored.flatMap((names) => names.split('|').map((name) => [name, { is: 'ignored' }] as const)),
  ...plain.flatMap(([is, names]) => names.split('|').map((name) => [name, { is }] as const)),
  ...dates.flatMap(([kind, label, names]) => names.split('|').map((name) => [name, { is: 'date', kind, label }] as const)),
]);

/** The field that a folded column name stands for, if it is known. */
export function fieldNamed(name: string): Field | undefined {
  const event = /^event (\d+) (label|type|value)$/.exec(name);
  if (event) return { is: event[2] === 'value' ? 'event value' : 'event label', n: Number(event[1]) };
  return byName.get(name) ?? (ignoredShapes.some((shape) => shape.test(name)) ? { is: 'ignored' } : undefined);
}

/** The yearly date that a name for a day means: 'Hochzeitstag' is the wedding anniversary, 'Opening day' a kind of its own. */
export function dateNamed(name: string): { kind: string; label: string } {
  const folded = fold(name.replace(/^_\$!<(.*)>!\$_$/, '$1'));
  const known = byName.get(folded);
  if (known?.is === 'date') return { kind: slug(known.kind), label: known.label };
  return { kind: slug(folded) || 'other', label: '' };
}

/** Lower case, no accents, marks as single spaces. */
export function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

export function slug(text: string): string {
  return fold(text).replaceAll(' ', '-').slice(0, 60);
}
