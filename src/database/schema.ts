import type { ColumnType, Generated } from 'kysely';

// Row types of every table, written by hand and held against the real schema by test/database/schema.test.ts. In one file, however long,
// because it is one list: whoever looks for a column looks here.

/** A local day, 'YYYY-MM-DD'. */
export type Day = string;

/** jsonb: read as a value, written as its JSON text (pg would turn an array into a PostgreSQL array). */
export type Json<T> = ColumnType<T, string, string>;

export type TouchpointState =
  | 'planned'
  | 'waiting'
  | 'held'
  | 'blocked'
  | 'leased'
  | 'handing over'
  | 'accepted'
  | 'deferred'
  | 'rejected'
  | 'uncertain'
  | 'skipped'
  | 'expired'
  | 'cancelled'
  | 'posted';

export type ImportState =
  | 'looking'
  | 'asking'
  | 'trying'
  | 'tried'
  | 'running'
  | 'paused'
  | 'done'
  | 'cancelled'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'elsewhere';

export interface Database {
  auth_user: AuthUserTable;
  auth_session: AuthSessionTable;
  auth_account: AuthAccountTable;
  auth_verification: AuthVerificationTable;
  auth_two_factor: AuthTwoFactorTable;
  sign_in_limit: SignInLimitTable;
  password_reset: PasswordResetTable;
  installation: InstallationTable;
  business: BusinessTable;
  picture: PictureTable;
  smtp: SmtpTable;
  member: MemberTable;
  invitation: InvitationTable;
  customer: CustomerTable;
  person: PersonTable;
  customer_merge: CustomerMergeTable;
  date: DateTable;
  purchase: PurchaseTable;
  follow_up: FollowUpTable;
  card: CardTable;
  card_version: CardVersionTable;
  card_wording: CardWordingTable;
  card_draft: CardDraftTable;
  card_presence: CardPresenceTable;
  occasion_card: OccasionCardTable;
  survey: SurveyTable;
  survey_version: SurveyVersionTable;
  occasion: OccasionTable;
  stop: StopTable;
  horizon: HorizonTable;
  touchpoint: TouchpointTable;
  personal_line: PersonalLineTable;
  message: MessageTable;
  message_data: MessageDataTable;
  attempt: AttemptTable;
  attempt_reply: AttemptReplyTable;
  answer: AnswerTable;
  answer_text: AnswerTextTable;
  answer_tally: AnswerTallyTable;
  answer_tally_stale: AnswerTallyStaleTable;
  link_visit: LinkVisitTable;
  sign_up: SignUpTable;
  letter: LetterTable;
  test_card: TestCardTable;
  import_run: ImportRunTable;
  import_row: ImportRowTable;
  import_file: ImportFileTable;
  import_chunk: ImportChunkTable;
  import_person: ImportPersonTable;
  import_question: ImportQuestionTable;
  change: ChangeTable;
}

interface AuthUserTable {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  two_factor_enabled: Generated<boolean>;
  created_at: Date;
  updated_at: Date;
}

interface AuthSessionTable {
  id: string;
  user_id: string;
  token: string;
  expires_at: Date;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Date;
  updated_at: Date;
}

interface AuthAccountTable {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
  password: string | null;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: Date | null;
  refresh_token_expires_at: Date | null;
  scope: string | null;
  created_at: Date;
  updated_at: Date;
}

interface AuthVerificationTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
}

interface AuthTwoFactorTable {
  id: string;
  user_id: string;
  secret: string;
  backup_codes: string;
  verified: Generated<boolean>;
  failed_verification_count: Generated<number>;
  locked_until: Date | null;
}

interface SignInLimitTable {
  key: string;
  tries: number;
  until: Date;
}

interface PasswordResetTable {
  user_id: string;
  id: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

interface MemberTable {
  business_id: string;
  id: string;
  user_id: string;
  role: 'owner' | 'staff';
  since: Date;
  ended_at: Date | null;
  ended_by: string | null;
}

interface InvitationTable {
  business_id: string;
  id: string;
  role: 'owner' | 'staff';
  email: string | null;
  by: string | null;
  created_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
  accepted_by: string | null;
  withdrawn_at: Date | null;
}

interface InstallationTable {
  one: Generated<boolean>;
  salt: string;
  key_fingerprint: string | null;
  created_at: Generated<Date>;
}

interface BusinessTable {
  id: string;
  slug: string;
  name: string;
  zone: string;
  country: string;
  locale: string;
  leap_rule: Generated<'feb28' | 'mar1'>;
  from_name: string;
  from_address: string;
  reply_to: string | null;
  postal_address: string;
  alert_email: string | null;
  live_at: Date | null;
  paused_at: Date | null;
  paused_reason: string | null;
  sample: Generated<boolean>;
  uncertain_policy: Generated<'ask' | 'retry'>;
  created_at: Date;
  review_url: string | null;
  referral_line: string | null;
  lost_reasons: ColumnType<string[], string | undefined, string>;
  accent: string | null;
  second: string | null;
  logo: string | null;
  smtp_rev: number | null;
  setup_step: Generated<'look' | 'you' | 'customers' | 'cards' | 'mail' | 'start' | 'done'>;
}

interface PictureTable {
  business_id: string;
  id: string;
  file: string;
  bytes: Buffer;
  width: number;
  height: number;
  by: string;
  at: Date;
}

interface SmtpTable {
  business_id: string;
  rev: number;
  sealed: Buffer;
  by: string;
  at: Date;
}

interface CustomerTable {
  business_id: string;
  id: string;
  joined_on: Day | null;
  first_purchase_on: Day | null;
  since_on: ColumnType<Day | null, never, never>;
  basis_kind: 'customer' | 'consent' | 'none';
  basis_on: Day | null;
  rev: Generated<number>;
  replan_at: Date | null;
  merged_into: string | null;
  import_id: string | null;
  created_at: Date;
  erased_at: Date | null;
}

interface PersonTable {
  business_id: string;
  customer_id: string;
  given_name: string | null;
  family_name: string | null;
  name_key: Generated<string>;
  /** The name, else the address, as lists of customers are ordered. */
  sort_name: ColumnType<string, never, never>;
  email: string | null;
  email_key: string | null;
  phone: string | null;
  language: string | null;
  zone: string | null;
  leap_rule: 'feb28' | 'mar1' | null;
  reference: string | null;
  notes: string | null;
  custom: ColumnType<Record<string, string>, string | undefined, string>;
  basis_source: string | null;
  basis_wording: string | null;
}

interface CustomerMergeTable {
  business_id: string;
  id: string;
  kept_id: string;
  other_id: string;
  /** See customers/merge-memory.ts; null once undone. */
  was: unknown;
  at: Date;
  undone_at: Date | null;
}

interface DateTable {
  business_id: string;
  id: string;
  customer_id: string;
  kind: string;
  label: Generated<string>;
  month: number;
  day: number;
  year: number | null;
  source: string;
  import_id: string | null;
}

interface PurchaseTable {
  business_id: string;
  id: string;
  customer_id: string;
  on: Day;
  amount: number;
  currency: string;
  category: string | null;
  reference: string | null;
  nth: number;
  voided_at: Date | null;
  import_id: string | null;
  created_at: Date;
}

interface FollowUpTable {
  business_id: string;
  id: string;
  customer_id: string;
  touchpoint_id: string | null;
  reason: 'low answer' | 'bounce' | 'lapse';
  due_on: Day;
  assigned_to: string | null;
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
  outcome: 'solved' | 'made good' | 'lost' | 'no answer' | null;
  lost_reason: string | null;
  note: string | null;
}

interface CardTable {
  business_id: string;
  id: string;
  name: string;
  gallery: string | null;
  archived_at: Date | null;
  made_from: string | null;
  created_at: Date | null;
}

interface CardVersionTable {
  business_id: string;
  card_id: string;
  n: number;
  mjml: string;
  look: Json<Record<string, string>>;
  by: string;
  at: Date;
  source: Generated<'slots' | 'mjml'>;
  own_look: ColumnType<unknown, string | undefined, string>;
}

interface CardWordingTable {
  business_id: string;
  card_id: string;
  n: number;
  language: string;
  words: Json<Record<string, unknown>>;
  subject: string;
  html: string;
  text: string;
  hash: string;
}

interface CardDraftTable {
  business_id: string;
  card_id: string;
  rev: number;
  source: 'slots' | 'mjml';
  mjml: string;
  words: Json<Record<string, Record<string, string>>>;
  own_look: Json<unknown>;
  marks: Json<Record<string, [rev: number, by: string]>>;
  from_n: number | null;
  clean_rev: number;
  by: string;
  at: Date;
}

interface CardPresenceTable {
  business_id: string;
  card_id: string;
  by: string;
  place: string | null;
  at: Date;
}

interface OccasionCardTable {
  business_id: string;
  occasion_id: string;
  card_id: string;
  position: number;
}

interface SurveyTable {
  business_id: string;
  id: string;
  name: string;
}

interface SurveyVersionTable {
  business_id: string;
  survey_id: string;
  n: number;
  questions: Json<unknown>;
  by: string;
  at: Date;
}

interface OccasionTable {
  business_id: string;
  id: string;
  slug: string;
  name: string;
  trigger: 'date' | 'years' | 'joined' | 'purchase' | 'day';
  date_kind: string | null;
  month: number | null;
  day: number | null;
  offset_days: Generated<number>;
  hour: string;
  late_days: number;
  late_hour: Generated<string>;
  workday_rule: 'before' | 'after' | null;
  mode: 'off' | 'ask' | 'automatic';
  rank: number;
  min_gap_days: number | null;
  active_since: Day;
  card_id: string;
  survey_id: string | null;
  replan_at: Date | null;
  reminder_days: number | null;
  off_at: Date | null;
  archived_at: Date | null;
}

interface StopTable {
  business_id: string;
  id: string;
  customer_id: string | null;
  email_hash: string | null;
  kind: 'unsubscribed' | 'occasion' | 'date' | 'paused' | 'deceased' | 'hard bounce' | 'complained' | 'consent ended' | 'erased';
  occasion_id: string | null;
  date_kind: string | null;
  until: Day | null;
  by: string;
  at: Date;
  lifted_at: Date | null;
  lifted_by: string | null;
}

interface HorizonTable {
  business_id: string;
  planned_through: Day;
  missed_since: Day | null;
}

interface TouchpointTable {
  business_id: string;
  id: string;
  customer_id: string;
  occasion_id: string;
  cause: string;
  occurs_on: Day;
  send_on: Day;
  due_at: Date;
  late_at: Date;
  state: TouchpointState;
  reason: string | null;
  practice: Generated<boolean>;
  approved_at: Date | null;
  approved_by: string | null;
  held_at: Date | null;
  held_by: string | null;
  card_id: string;
  card_version: number | null;
  lease_until: Date | null;
  fence: Generated<number>;
  crashes: Generated<number>;
  next_at: Date | null;
  queued_until: Date | null;
  reminder_of: string | null;
  merged_from: string | null;
  created_at: Date;
  /** Since when another card than the occasion's own goes. */
  swapped_at: Date | null;
  swapped_by: string | null;
  /** Since when it goes at an hour of a member's choice. */
  hurried_at: Date | null;
  hurried_by: string | null;
}

interface PersonalLineTable {
  business_id: string;
  touchpoint_id: string;
  customer_id: string;
  words: string;
  by: string;
  at: Date;
}

interface MessageTable {
  business_id: string;
  touchpoint_id: string;
  message_id: string;
  date: Date;
  boundary: string;
  card_id: string;
  card_version: number;
  survey_id: string | null;
  survey_version: number | null;
  language: string;
  hash: Buffer;
}

interface MessageDataTable {
  business_id: string;
  touchpoint_id: string;
  customer_id: string;
  data: Json<unknown>;
  addresses: Json<unknown>;
}

interface AttemptTable {
  business_id: string;
  touchpoint_id: string;
  n: number;
  fence: number;
  stage: string;
  code: number | null;
  started_at: Date;
  at: Date | null;
}

interface AttemptReplyTable {
  business_id: string;
  touchpoint_id: string;
  n: number;
  customer_id: string;
  words: string;
}

interface AnswerTable {
  business_id: string;
  touchpoint_id: string;
  question: number;
  value: number | null;
  at: Date;
  suspect: Generated<boolean>;
}

interface AnswerTextTable {
  business_id: string;
  touchpoint_id: string;
  question: number;
  customer_id: string;
  words: string;
}

interface AnswerTallyTable {
  business_id: string;
  day: Day;
  occasion_id: string;
  survey_id: string;
  survey_version: number;
  sent_on: Day;
  practice: boolean;
  question: number | null;
  value: number | null;
  suspect: boolean;
  count: number;
}

interface AnswerTallyStaleTable {
  business_id: string;
  day: Day;
}

interface LinkVisitTable {
  business_id: string;
  touchpoint_id: string;
  visitor: string;
  link: string;
  customer_id: string;
  at: Date;
}

interface SignUpTable {
  business_id: string;
  id: string;
  email: string | null;
  email_key: string | null;
  given_name: string | null;
  family_name: string | null;
  month: number | null;
  day: number | null;
  year: number | null;
  language: string;
  wording: string | null;
  created_at: Date;
  confirmed_at: Date | null;
  customer_id: string | null;
}

interface LetterTable {
  business_id: string;
  id: string;
  kind: 'low answer' | 'sign-up' | 'invitation' | 'password' | 'test card';
  follow_up_id: string | null;
  sign_up_id: string | null;
  invitation_id: string | null;
  reset_user_id: string | null;
  reset_id: string | null;
  language: string;
  due_at: Date;
  state: Generated<'planned' | 'sending' | 'sent' | 'failed' | 'dropped'>;
  lease_until: Date | null;
  fence: Generated<number>;
  attempts: Generated<number>;
  message_id: string | null;
  created_at: Date;
  sent_at: Date | null;
}

interface TestCardTable {
  business_id: string;
  letter_id: string;
  address: string;
  subject: string;
  html: string;
  text: string;
}

interface ImportRunTable {
  business_id: string;
  id: string;
  file_hash: string;
  options: Json<unknown>;
  by: string;
  started_at: Date;
  ended_at: Date | null;
  lines_done: Generated<number>;
  created: Generated<number>;
  updated: Generated<number>;
  unchanged: Generated<number>;
  rejected: Generated<number>;
  state: Generated<ImportState>;
  file_name: string | null;
  rows: number | null;
  /** Thousandths of the file that are read. */
  share: Generated<number>;
  stopped: Generated<number>;
  questions: Generated<number>;
  going_since: Date | null;
  rows_before: Generated<number>;
  lease_until: Date | null;
  fence: Generated<number>;
  tries: Generated<number>;
  trouble: string | null;
  undone_by: string | null;
  undone_at: Date | null;
  removed: Generated<number>;
  restored: Generated<number>;
  left_alone: Generated<number>;
}

interface ImportFileTable {
  business_id: string;
  import_id: string;
  inspection: Json<unknown>;
  look: ColumnType<unknown, string | null | undefined, string | null>;
  trial: ColumnType<unknown, string | null | undefined, string | null>;
}

interface ImportChunkTable {
  business_id: string;
  import_id: string;
  n: number;
  bytes: Buffer;
}

interface ImportPersonTable {
  business_id: string;
  import_id: string;
  customer_id: string;
  line: number;
  made: boolean;
  undone_at: Date | null;
}

interface ImportQuestionTable {
  business_id: string;
  id: string;
  import_id: string;
  customer_id: string;
  line: number;
  question: string;
  samples: Json<string[]>;
  settled_at: Date | null;
  settled_by: string | null;
}

interface ImportRowTable {
  business_id: string;
  import_id: string;
  line: number;
  customer_id: string | null;
  email_hash: string | null;
  reason: string;
  raw: string;
}

interface ChangeTable {
  business_id: string;
  id: string;
  customer_id: string | null;
  by: string;
  what: string;
  before: ColumnType<unknown, string | null, string | null>;
  after: ColumnType<unknown, string | null, string | null>;
  at: Date;
}
