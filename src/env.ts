import * as z from 'zod'
import { fromBase64 } from './kit/bytes.ts'
import { SPOKEN } from './kit/texts.ts'
import { type Fingerprinter, fingerprinter, normalise } from './security/address.ts'
import { type ApiToken, parseApiTokens } from './security/bearer.ts'
import { type Keyring, keyring, parseKeyring } from './security/keyring.ts'

/** The settings of a deployment, parsed once per isolate. Names are fixed; `docs/settings.md` lists them for people. */
export type Settings = {
  publicUrl: string // without trailing slash
  loopback: boolean
  senderName: string
  senderAddress: string
  replyTo: string | undefined
  postalAddress: string
  locales: readonly string[]
  bulkTransport: string
  transactionalTransport: string
  partnerOrigins: readonly string[]
  requireApproval: boolean
  keys: Keyring
  fingerprint: Fingerprinter
  tokens: readonly ApiToken[]
  turnstile: { siteKey: string; secret: string; url: string } | undefined
  resend: { url: string; apiKey: string; callsPerSecond: number } | undefined
}

export type SettingFault = { name: string; message: string }

/** Resend's default for a team: 10 requests a second (resend.com/docs/api-reference/rate-limit). */
const RESEND_CALLS_PER_SECOND = 10
const FINGERPRINT_KEY_BYTES = 32

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** True when nothing sent to this URL can leave the machine. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && LOOPBACK.test(new URL(url).hostname)

const present = (what: string) =>
  z
    .string({ error: `is missing: ${what}` })
    .trim()
    .min(1, `is empty: ${what}`)
const url = (what: string) =>
  present(what)
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), `is not a web address: ${what}`)
    .transform((text) => text.replace(/\/+$/, ''))
const address = (what: string) =>
  present(what).refine((text) => normalise(text).ok, `is not an e-mail address: ${what}`)
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text
/** BCP 47, written as `Intl` writes it: `zh-Hant`, not `zh_hant`. */
function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text)[0] === text
  } catch {
    return false
  }
}
const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const shape = z.object({
  PUBLIC_URL: url('the address people reach this Worker at, such as https://act.example.org')
    .refine(
      (text) => text.startsWith('https://') || isLoopback(text),
      'must start with https:// (plain http is for a loopback address only)',
    )
    .refine(isOrigin, 'must be an origin in lower case, without a path: Tocsin answers at the root of its address'),
  SENDER_NAME: present('the name mails come from'),
  SENDER_ADDRESS: address('the address mails come from, at a domain your provider has verified'),
  REPLY_TO: address('the address answers go to').optional(),
  POSTAL_ADDRESS: present('the postal or legal line that mail law requires in every footer'),
  LOCALES: present('languages such as en,ru,fr')
    .transform(list)
    .refine((tags) => tags.every(isLanguageTag), 'is malformed: expected language tags such as en, kk or zh-Hant')
    .refine((tags) => new Set(tags).size === tags.length, 'names a language twice'),
  BULK_TRANSPORT: present('outbox or resend'),
  TRANSACTIONAL_TRANSPORT: present('outbox or resend'),
  PARTNER_ORIGINS: z
    .string()
    .default('')
    .transform(list)
    .refine(
      (origins) => origins.every(isOrigin),
      'is malformed: expected origins such as https://union.example.org, without a path or a final slash',
    ),
  REQUIRE_APPROVAL: z.enum(['yes', 'no'], { error: 'must be yes or no' }).default('no'),
  KEYRING: present('run `npm run keys`').transform((text, context) => {
    const keys = parseKeyring(text)
    if (keys !== null) return keyring(keys)
    context.addIssue('is malformed: expected kid:base64key,… with keys of 32 bytes (run `npm run keys`)')
    return z.NEVER
  }),
  FINGERPRINT_KEY: present('run `npm run keys`').transform((text, context) => {
    const key = fromBase64(text)
    if (key?.length === FINGERPRINT_KEY_BYTES) return key
    context.addIssue('is malformed: expected base64 of 32 bytes (run `npm run keys`)')
    return z.NEVER
  }),
  API_TOKENS: present('run `npm run keys`').transform((text, context) => {
    const tokens = parseApiTokens(text)
    if (tokens !== null) return tokens
    context.addIssue('is malformed: expected name:scope+scope:sha256hex,… (run `npm run keys`)')
    return z.NEVER
  }),
  TURNSTILE_SITE_KEY: z.string().optional(),
  TURNSTILE_SECRET: z.string().optional(),
  TURNSTILE_URL: url('Turnstile’s siteverify address').default(
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  ),
  RESEND_URL: url('Resend’s API address').default('https://api.resend.com'),
  RESEND_API_KEY: z.string().trim().min(1).optional(),
  RESEND_CALLS_PER_SECOND: z.coerce.number({ error: 'must be a number' }).positive().default(RESEND_CALLS_PER_SECOND),
})

const TRANSPORTS = ['outbox', 'resend']

export async function parseSettings(raw: object): Promise<{ settings?: Settings; faults: SettingFault[] }> {
  const parsed = shape.safeParse(raw)
  if (!parsed.success) {
    return { faults: parsed.error.issues.map((issue) => ({ name: String(issue.path[0]), message: issue.message })) }
  }
  const found = parsed.data
  const faults: SettingFault[] = []
  const loopback = isLoopback(found.PUBLIC_URL)
  for (const name of ['BULK_TRANSPORT', 'TRANSACTIONAL_TRANSPORT'] as const) {
    const chosen = found[name]
    if (!TRANSPORTS.includes(chosen))
      faults.push({ name, message: `is ${chosen}: expected ${TRANSPORTS.join(' or ')}` })
    if (chosen === 'resend' && found.RESEND_API_KEY === undefined) {
      faults.push({ name: 'RESEND_API_KEY', message: `is missing: ${name} is resend` })
    }
    if (chosen === 'outbox' && !loopback) {
      faults.push({
        name,
        message: 'is outbox, which only captures mail: choose a provider when PUBLIC_URL is not a loopback address',
      })
    }
  }
  const unspoken = found.LOCALES.filter((locale) => !SPOKEN.includes(locale))
  if (unspoken.length > 0) {
    const missing = unspoken.map((locale) => `strings/${locale}.yaml and emails/strings/${locale}.yaml`).join(', ')
    faults.push({ name: 'LOCALES', message: `must be some of ${SPOKEN.join(',')}: there is no ${missing}` })
  }
  if (!found.LOCALES.includes('en'))
    faults.push({ name: 'LOCALES', message: 'must contain en, the language everything falls back to' })
  if ((found.TURNSTILE_SITE_KEY === undefined) !== (found.TURNSTILE_SECRET === undefined)) {
    faults.push({ name: 'TURNSTILE_SECRET', message: 'goes with TURNSTILE_SITE_KEY: set both or neither' })
  }
  if (faults.length > 0) return { faults }
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
      bulkTransport: found.BULK_TRANSPORT,
      transactionalTransport: found.TRANSACTIONAL_TRANSPORT,
      partnerOrigins: found.PARTNER_ORIGINS,
      requireApproval: found.REQUIRE_APPROVAL === 'yes',
      keys: found.KEYRING,
      fingerprint: await fingerprinter(found.FINGERPRINT_KEY),
      tokens: found.API_TOKENS,
      turnstile:
        found.TURNSTILE_SITE_KEY !== undefined && found.TURNSTILE_SECRET !== undefined
          ? { siteKey: found.TURNSTILE_SITE_KEY, secret: found.TURNSTILE_SECRET, url: found.TURNSTILE_URL }
          : undefined,
      resend:
        found.RESEND_API_KEY === undefined
          ? undefined
          : { url: found.RESEND_URL, apiKey: found.RESEND_API_KEY, callsPerSecond: found.RESEND_CALLS_PER_SECOND },
    },
  }
}

const known = new WeakMap<object, Promise<{ settings?: Settings; faults: SettingFault[] }>>()

/** The settings of this isolate; parsed at the first call. */
export function settingsOf(env: object): Promise<{ settings?: Settings; faults: SettingFault[] }> {
  const parsed = known.get(env) ?? parseSettings(env)
  known.set(env, parsed)
  return parsed
}

/** For shells that cannot answer anybody: an alarm that throws this is tried again. @throws Error naming every faulty setting. */
export async function requireSettings(env: object): Promise<Settings> {
  const { settings, faults } = await settingsOf(env)
  if (settings === undefined) throw new Error(`settings: ${faults.map((f) => `${f.name} ${f.message}`).join('; ')}`)
  return settings
}
