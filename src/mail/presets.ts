/** How mail leaves by a provider that people know by name, as it stands on that provider's own help pages. */
export interface MailPreset {
  id: string;
  name: string;
  host: string;
  port: number;
  /** What the user name and password are, in a line for the person who types them. */
  hint: string;
  /** What the domain's SPF record names for this provider. */
  spf?: string;
  /** Where this provider keeps its DKIM keys, as far as that is the same for all. */
  dkim?: readonly string[];
}

/** Those that small businesses use, in the order in which they are offered. */
export const MAIL_PRESETS: readonly MailPreset[] = [
  {
    id: 'google',
    name: 'Gmail or Google Workspace',
    host: 'smtp.gmail.com',
    port: 465,
    hint: 'Your whole address, and an app password: turn on 2-Step Verification, then make one at myaccount.google.com/apppasswords. Your usual password does not work.',
    spf: '_spf.google.com',
    dkim: ['google'],
  },
  {
    id: 'microsoft',
    name: 'Microsoft 365 or Outlook',
    host: 'smtp.office365.com',
    port: 587,
    hint: 'Your whole address and its password. “Authenticated SMTP” must be allowed for this mailbox in the admin centre; where it is switched off for good, choose another provider.',
    spf: 'spf.protection.outlook.com',
    dkim: ['selector1', 'selector2'],
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    host: 'smtp.fastmail.com',
    port: 465,
    hint: 'Your whole address, and an app password from Settings, Privacy & Security.',
    spf: 'spf.messagingengine.com',
    dkim: ['fm1', 'fm2', 'fm3'],
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    host: 'smtppro.zoho.com',
    port: 465,
    hint: 'Your whole address and its password (an app password where two-factor is on). Accounts in Europe write zoho.eu in place of zoho.com.',
    spf: 'zohomail.com',
    dkim: ['zmail', 'zoho'],
  },
  {
    id: 'mailgun',
    name: 'Mailgun',
    host: 'smtp.mailgun.org',
    port: 587,
    hint: 'The SMTP user and password of your sending domain. Domains in Europe use smtp.eu.mailgun.org.',
    spf: 'mailgun.org',
    dkim: ['k1', 'mx', 'smtp', 'pic', 'mailo'],
  },
  {
    id: 'postmark',
    name: 'Postmark',
    host: 'smtp.postmarkapp.com',
    port: 587,
    hint: 'Your server’s API token as user name and as password.',
  },
  {
    id: 'brevo',
    name: 'Brevo',
    host: 'smtp-relay.brevo.com',
    port: 587,
    hint: 'The login and the SMTP key from “SMTP & API”. The key is not your password.',
    spf: 'spf.brevo.com',
    dkim: ['brevo1', 'brevo2', 'mail'],
  },
  {
    id: 'ses',
    name: 'Amazon SES',
    host: 'email-smtp.eu-central-1.amazonaws.com',
    port: 587,
    hint: 'SMTP credentials made in the SES console (no access keys), and your region in the server’s name. New accounts must be let out of the sandbox first.',
  },
  {
    id: 'ionos',
    name: 'IONOS',
    host: 'smtp.ionos.com',
    port: 465,
    hint: 'Your whole address and its password. In Germany the server is smtp.ionos.de, in Britain smtp.ionos.co.uk.',
    dkim: ['s1-ionos', 's2-ionos'],
  },
  {
    id: 'strato',
    name: 'Strato',
    host: 'smtp.strato.de',
    port: 465,
    hint: 'Your whole address and its password.',
    dkim: ['strato-dkim-0002', 'strato-dkim-0003'],
  },
  {
    id: 'ovh',
    name: 'OVHcloud',
    host: 'ssl0.ovh.net',
    port: 465,
    hint: 'Your whole address and its password. Exchange accounts use the server named in their settings.',
    spf: 'mx.ovh.com',
  },
];

/** The preset whose server this is, in any of its regions; undefined for a server of one's own. */
export function presetOf(host: string): MailPreset | undefined {
  const known = MAIL_PRESETS.find((preset) => preset.host === host.toLowerCase());
  return (
    known ??
    MAIL_PRESETS.find(({ host: own }) => familyOf(own) === familyOf(host.toLowerCase()) || sameBrand(own, host.toLowerCase()))
  );
}

/** 'smtp.eu.mailgun.org' and 'smtp.mailgun.org' are of one family: 'mailgun.org'. */
function familyOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}

// The same provider under another country's ending: smtp.ionos.de, smtppro.zoho.eu.
function sameBrand(own: string, host: string): boolean {
  const brands = ['ionos', 'zoho', 'brevo'];
  return brands.some((brand) => own.split('.').includes(brand) && host.split('.').includes(brand));
}
