import { type Kysely, sql } from 'kysely';

/** Finding customers as a name is typed, and the lists that members filter by: each answered from an index, however many there are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const capitals = 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐЈЉЊЋЂЏЎΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ';
const [from, to] = [`øØłŁđĐðÐıς${capitals}`, `oollddddiσ${capitals.toLowerCase()}`];

// What PostgreSQL's lower() does beyond ASCII depends on how its cluster was made, so the usual scripts are spelled out. The bodies are
// bound when they are made, so that a restore by PostgreSQL's own tools finds them.
const statements = [
  // Letters as they are compared: small, without accents.
  `create function fold_text(text) returns text language sql immutable strict parallel safe return
    case when octet_length($1) = length($1) then lower($1) else
      replace(replace(replace(replace(replace(replace(
        translate(lower(regexp_replace(normalize($1, nfkd), '[\\u0300-\\u036f]', '', 'g')), '${from}', '${to}'),
      'ß', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th') end`,
  `create function text_words(text) returns text[] language sql immutable strict parallel safe return
    array_remove(string_to_array(regexp_replace(fold_text($1), '[\\u0001-/:-@[-\`{-¿\\u2000-\\u206f\\u3000-\\u303f]+', ' ', 'g'), ' '), '')`,
  // Müller is looked for as Mueller too, and the other way about.
  `create function spell_out(text) returns text language sql immutable strict parallel safe return
    replace(replace(replace(replace(replace(replace($1, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'Ä', 'Ae'), 'Ö', 'Oe'), 'Ü', 'Ue')`,
  // ITU-T E.164: the codes of countries are told apart by their first digits.
  `create function phone_words(text) returns text[] language sql immutable strict parallel safe return
    array['#' || ltrim(regexp_replace(replace($1, '(0)', ''), '\\D', '', 'g'), '0')] || case when $1 ~ '^\\s*(\\+|00)' then
      array['#' || regexp_replace(ltrim(regexp_replace(replace($1, '(0)', ''), '\\D', '', 'g'), '0'),
        '^(1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(2[1-689]|3[578]|42|5[09]|6[7-9]|8[035789]|9[679])\\d)', '')] else '{}' end`,
  // O'Brien is looked for as obrien and as brien.
  // The inner select keeps it whole in a plan, and its cost keeps plans from working it out for every row instead of asking the index.
  `create function person_words(given_name text, family_name text, email text, phone text, reference text) returns tsvector
    language sql immutable parallel restricted cost 5000 return (select array_to_tsvector(
      text_words(coalesce(given_name, '') || ' ' || coalesce(family_name, '') || ' ' || coalesce(split_part(email, '@', 1), '') || ' '
        || coalesce(reference, ''))
      || case when given_name ~ '[äöüÄÖÜ]' or family_name ~ '[äöüÄÖÜ]'
        then text_words(spell_out(coalesce(given_name, '') || ' ' || coalesce(family_name, ''))) else '{}' end
      || case when given_name ~ '[''’]' or family_name ~ '[''’]'
        then text_words(translate(coalesce(given_name, '') || ' ' || coalesce(family_name, ''), '''’', '')) else '{}' end
      || case when email is null then '{}' else array['@' || fold_text(split_part(email, '@', 2))] end
      || case when phone is null then '{}' else phone_words(phone) end))`,
  // Words hold no sign that a query's syntax knows.
  `create function quote_words(words text[]) returns tsquery language sql immutable strict parallel safe return
    nullif('''' || array_to_string(words, ''':* & ''') || ''':*', ''''':*')::tsquery`,
  `create function either_query(tsquery, tsquery) returns tsquery language sql immutable parallel safe return coalesce($1 || $2, $1, $2)`,
  // What was typed so far, each word as the beginning of one of theirs; null when there is no word in it. Few digits are no phone number yet.
  `create function find_words(typed text) returns tsquery language sql immutable strict parallel safe return case
    when typed ~ '^[\\d\\s+()./-]+$' and length((phone_words(typed))[array_length(phone_words(typed), 1)]) > 4
      then either_query(quote_words(text_words(typed)),
        either_query(quote_words((phone_words(typed))[1:1]), quote_words((phone_words(typed))[2:2])))
    when typed like '%@%'
      then quote_words(text_words(split_part(typed, '@', 1)) || ('@' || fold_text(regexp_replace(split_part(typed, '@', 2), '[\\s\\\\'']', '', 'g'))))
    when typed ~ '[äöüÄÖÜ]' then either_query(quote_words(text_words(typed)), quote_words(text_words(spell_out(typed))))
    else quote_words(text_words(typed)) end`,
  `alter table person add column sort_name text collate "C" not null generated always as (fold_text(
    coalesce(nullif(btrim(coalesce(given_name, '') || ' ' || coalesce(family_name, '')), ''), email, ''))) stored`,
  `create index person_sort on person (business_id, sort_name, customer_id)`,
  `create index person_no_email on person (business_id, sort_name, customer_id) where email_key is null`,
  `create index person_words on person using gin (person_words(given_name, family_name, email, phone, reference))`,
  `create index customer_created on customer (business_id, created_at, id)`,
  `create index change_stopped on change (business_id, at, id) where what = 'stop added'`,
  `create index follow_up_customer on follow_up (business_id, customer_id)`,
  `create index stop_ever on stop (business_id, customer_id)`,
];
