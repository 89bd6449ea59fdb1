import * as z from 'zod'
import { fromBase64 } from './kit/bytes.ts'
import { defined } from './kit/defined.ts'
import { LOCATION_HINTS } from './kit/location-hints.ts'
import { isLoopback } from './kit/loopback.ts'
import { PAGE_LOCALES } from './kit/page-texts.ts'
import {
  languageTags,
  namesBySlug,
  origins,
  requiredText,
  type SettingFault,
  someOrUnset,
  webAddress,
  webhookSecrets,
  wholeNumber,
} from './kit/settings.ts'
import { ADDRESS_ADVICE, type Fingerprinter, fingerprinter, normaliseAddress } from './security/address.ts'
import { type ApiToken, parseApiTokens } from './security/bearer.ts'
import { freemailFault } from './security/freemail.ts'
import { type Keyring, keyring, parseKeyring } from './security/keyring.ts'
import { type Notified, notifySetting } from './security/notified.ts'
import type { MailUse, TransportBindings } from './transports/driver.ts'
import { drivers } from './transports/drivers.gen.ts'
import type { Transport } from './transports/transport.ts'

/** The settings of a deployment, parsed once per isolate. `docs/settings.md` lists the names, which are fixed. */
export type Settings = {
  publicUrl: string // without trailing slash
  loopback: boolean
  senderName: string
  senderAddress: string
  replyTo: string | undefined
  postalAddress: string
  locales: readonly string[]
  transports: { bulk: ChosenTransport; transactional: ChosenTransport; fallback?: ChosenTransport }
  /** Webhook secret by provider name, from `<PROVIDER>_WEBHOOK_SECRET`. Provider events are verified with this secret. */
  webhookSecrets: Readonly<Record<string, string>>
  /** Effects of provider events a day that may wait: soft bounces, delays and deliveries. */
  eventEffectsPerDay: number | undefined
  partnerOrigins: readonly string[]
  requireApproval: boolean
  notify: Notified // who gets mails about sends and notices
  /** Most unanswered confirmations of the deployment within any minute and any hour. */
  confirmations: { perMinute: number; perHour: number }
  /** By campaign slug: withheld names. Never shown and never logged. */
  withheldNames: Readonly<Record<string, readonly string[]>>
  keys: Keyring
  fingerprint: Fingerprinter
  tokens: readonly ApiToken[]
  turnstile: { siteKey: string; secret: string; url: string } | undefined
}

/** A transport that a setting names. `make` builds the transport from settings that are already parsed. */
type ChosenTransport = { name: string; caution?: string; make(env: TransportBindings): Transport }

const FINGERPRINT_KEY_BYTES = 32

const address = (what: string) =>
  requiredText(what).superRefine((text, context) => {
    const read = normaliseAddress(text)
    if (!read.ok) context.addIssue(`is not an e-mail address: ${what}; expected ${ADDRESS_ADVICE[read.error]}`)
  })
const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const shape = z.object({
  PUBLIC_URL: webAddress('the address people reach this Worker at, such as https://act.example.org')
    .refine(
      (text) => text.startsWith('https://') || isLoopback(text),
      'must start with https:// (plain http is for a loopback address only)',
    )
    .refine(...origins('must be an origin in lower case, without a path: Tocsin answers at the root of its address')),
  SENDER_NAME: requiredText('the name mails come from'),
  SENDER_ADDRESS: address('the address mails come from, at a domain your provider has verified').refine(
    (text) => freemailFault(text) === null,
    { error: ({ input }) => freemailFault(String(input)) ?? '' },
  ),
  REPLY_TO: address('the address answers go to').optional(),
  POSTAL_ADDRESS: requiredText('the postal or legal line that mail law requires in every footer'),
  LOCALES: requiredText('languages such as en,ru,fr')
    .transform(list)
    .refine(...languageTags('is malformed: expected language tags such as en, kk or zh-Hant'))
    .refine((tags) => new Set(tags).size === tags.length, 'names a language twice: leave one out'),
  BULK_TRANSPORT: requiredText('what carries appeals'),
  TRANSACTIONAL_TRANSPORT: requiredText('what carries confirmations and the like'),
  BULK_FALLBACK_TRANSPORT: z.string().trim().min(1).optional(),
  PARTNER_ORIGINS: z
    .string()
    .default('')
    .transform(list)
    .refine(
      ...origins('is malformed: expected origins such as https://union.example.org, without a path or a final slash'),
    ),
  LOCATION_HINT: z.enum(LOCATION_HINTS, { error: `must be one of ${LOCATION_HINTS.join(', ')}` }).optional(),
  EVENT_EFFECTS_PER_DAY: someOrUnset,
  CONFIRMATIONS_PER_MINUTE: wholeNumber('confirmations a minute').default(60),
  CONFIRMATIONS_PER_HOUR: wholeNumber('confirmations an hour').default(600),
  REQUIRE_APPROVAL: z.enum(['yes', 'no'], { error: 'must be yes or no' }).default('no'),
  NOTIFY: notifySetting,
  WITHHELD_NAMES: namesBySlug,
  KEYRING: requiredText('run `npm run keys`').transform((text, context) => {
    const keys = parseKeyring(text)
    if (keys !== null) return keyring(keys)
    context.addIssue('is malformed: expected kid:base64key,… with keys of 32 bytes (run `npm run keys`)')
    return z.NEVER
  }),
  FINGERPRINT_KEY: requiredText('run `npm run keys`').transform((text, context) => {
    const key = fromBase64(text)
    if (key?.length === FINGERPRINT_KEY_BYTES) return key
    context.addIssue('is malformed: expected base64 of 32 bytes (run `npm run keys`)')
    return z.NEVER
  }),
  API_TOKENS: requiredText('run `npm run keys`').transform((text, context) => {
    const tokens = parseApiTokens(text)
    if (tokens !== null) return tokens
    context.addIssue('is malformed: expected name:scope+scope:sha256hex,… (run `npm run keys`)')
    return z.NEVER
  }),
  TURNSTILE_SITE_KEY: z.string().optional(),
  TURNSTILE_SECRET: z.string().optional(),
  TURNSTILE_URL: webAddress('Turnstile’s siteverify address').default(
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  ),
})

/** The use of the transport that each setting chooses. */
const CHOICES = {
  BULK_TRANSPORT: 'bulk',
  TRANSACTIONAL_TRANSPORT: 'transactional',
  BULK_FALLBACK_TRANSPORT: 'bulk',
} as const

/** The transport that the setting `name` chooses, or the faults of the choice and of the transport's own settings. */
function chooseTransport(
  name: keyof typeof CHOICES,
  chosen: string,
  raw: object,
  loopback: boolean,
): ChosenTransport | SettingFault[] {
  const use: MailUse = CHOICES[name]
  const driver = drivers.find((one) => one.name === chosen)
  if (driver === undefined) {
    return [{ name, message: `is ${chosen}: expected one of ${drivers.map((one) => one.name).join(', ')}` }]
  }
  if (use === 'bulk' && driver.notForBulk !== undefined) {
    return [{ name, message: `is ${chosen}, which may not carry appeals: ${driver.notForBulk}` }]
  }
  if (chosen === 'outbox' && !loopback) {
    const message = 'is outbox, which only captures mail: choose a provider when PUBLIC_URL is not a loopback address'
    return [{ name, message }]
  }
  const configured = driver.configure(raw)
  if ('faults' in configured)
    return configured.faults.map((fault) => ({ ...fault, message: `${fault.message} (${name} is ${chosen})` }))
  const { caution } = driver
  return { name: chosen, ...defined({ caution }), make: (env) => configured.make(env, use) }
}

/** Parses all settings of an environment. Without `settings` when there is any fault. */
export async function parseSettings(raw: object): Promise<ParsedSettings> {
  const parsed = shape.safeParse(raw)
  if (!parsed.success) {
    return { faults: parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), message: issue.message })) }
  }
  const found = parsed.data
  const faults: SettingFault[] = []
  const loopback = isLoopback(found.PUBLIC_URL)
  const chosen = (name: keyof typeof CHOICES): ChosenTransport | undefined => {
    const wanted = found[name]
    const choice = wanted === undefined ? undefined : chooseTransport(name, wanted, raw, loopback)
    if (!Array.isArray(choice)) return choice
    faults.push(...choice.filter((fault) => !faults.some((known) => known.name === fault.name)))
    return undefined
  }
  const bulk = chosen('BULK_TRANSPORT')
  const transactional = chosen('TRANSACTIONAL_TRANSPORT')
  const fallback = chosen('BULK_FALLBACK_TRANSPORT')
  if (fallback !== undefined && fallback.name === bulk?.name) {
    faults.push({ name: 'BULK_FALLBACK_TRANSPORT', message: `is ${fallback.name}, as BULK_TRANSPORT is: name another` })
  }
  const untranslated = found.LOCALES.filter((locale) => !PAGE_LOCALES.includes(locale))
  if (untranslated.length > 0) {
    const missing = untranslated.map((locale) => `strings/${locale}.yaml and emails/strings/${locale}.yaml`).join(', ')
    faults.push({ name: 'LOCALES', message: `must be some of ${PAGE_LOCALES.join(',')}: there is no ${missing}` })
  }
  if (!found.LOCALES.includes('en'))
    faults.push({ name: 'LOCALES', message: 'must contain en, the language everything falls back to' })
  if ((found.TURNSTILE_SITE_KEY === undefined) !== (found.TURNSTILE_SECRET === undefined)) {
    faults.push({ name: 'TURNSTILE_SECRET', message: 'goes with TURNSTILE_SITE_KEY: set both or neither' })
  }
  if (faults.length > 0 || bulk === undefined || transactional === undefined) return { faults }
  return {
    faults,
    settings: {
      publicUrl: found.PUBLIC_URL,
      loopback,
      senderName: found.SENDER_NAME,
      senderAddress: found.SENDER_ADDRESS,
      replyTo: found.REPLY_TO,
      postalAddress: found.POSTAL_ADDRESS,
      locales: found.LOCALES,
      transports: { bulk, transactional, ...defined({ fallback }) },
      webhookSecrets: webhookSecrets(raw),
      eventEffectsPerDay: found.EVENT_EFFECTS_PER_DAY,
      partnerOrigins: found.PARTNER_ORIGINS,
      requireApproval: found.REQUIRE_APPROVAL === 'yes',
      notify: found.NOTIFY,
      confirmations: { perMinute: found.CONFIRMATIONS_PER_MINUTE, perHour: found.CONFIRMATIONS_PER_HOUR },
      withheldNames: found.WITHHELD_NAMES,
      keys: found.KEYRING,
      fingerprint: await fingerprinter(found.FINGERPRINT_KEY),
      tokens: found.API_TOKENS,
      turnstile:
        found.TURNSTILE_SITE_KEY !== undefined && found.TURNSTILE_SECRET !== undefined
          ? { siteKey: found.TURNSTILE_SITE_KEY, secret: found.TURNSTILE_SECRET, url: found.TURNSTILE_URL }
          : undefined,
    },
  }
}

type ParsedSettings = { settings?: Settings; faults: SettingFault[] }

/** Values and not promises: a promise never ends when the request or object that made it ends first. */
const known = new WeakMap<object, ParsedSettings>()

/** The settings, parsed at the first call of an isolate; without `settings` while any setting is faulty. */
export async function settingsOf(env: object): Promise<ParsedSettings> {
  const before = known.get(env)
  if (before !== undefined) return before
  const parsed = await parseSettings(env)
  const meanwhile = known.get(env) ?? parsed
  known.set(env, meanwhile)
  return meanwhile
}

/**
 * The settings, for code that cannot show faults to a person, such as an alarm: the runtime retries an alarm that
 * throws.
 * @throws Error naming every faulty setting.
 */
export async function requireSettings(env: object): Promise<Settings> {
  const { settings, faults } = await settingsOf(env)
  if (settings === undefined) throw new Error(`settings: ${faults.map((f) => `${f.name} ${f.message}`).join('; ')}`)
  return settings
}
