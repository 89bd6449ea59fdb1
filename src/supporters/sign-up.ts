import * as z from 'zod'
import { slug } from '../campaigns/definition.ts'
import { mayBeMentioned } from '../campaigns/page-status.ts'
import { defined } from '../kit/defined.ts'
import { err, ok, type Result } from '../kit/result.ts'
import type { AskedContent } from '../mailbox/asked/ask-mailbox.ts'
import { AUTOFILL_MS, stampFault } from '../security/form-timestamp.ts'
import { MAX_TOKEN_CHARS } from '../security/token.ts'
import { confirmToken, type PendingSignUp, signUpPayload } from '../supporter-list/pending-sign-up.ts'
import { CONSENT_VERSION } from '../web/consent.tsx'
import {
  campaignField,
  countryField,
  emailField,
  type FormFields,
  faultsOf,
  fieldText,
  localesAmong,
  nameField,
} from '../web/fields.ts'
import type { FormError } from '../web/form-fields.tsx'
import { isCaught } from '../web/honeypot.tsx'
import type { SupporterDeps, SupporterMail } from './supporter-deps.ts'
import { topics } from './topics-field.ts'

/** Fields of a sign-up form. */
export const SIGN_UP_FIELDS = ['email', 'name', 'locales', 'topics', 'country', 'campaign'] as const

/** Origin of a sign-up. */
export type SignUpSource = {
  locale: string // language of the page, used when none is chosen
  via: string // stored with the consent: `page`, `embed`, `json` or a partner's origin
  stamped: boolean // whether the form needs the stamp of our own page
  isHuman?: () => Promise<boolean> // called last, because a Turnstile token is valid once
}

/** Result of a sign-up. `asked` does not reveal whether a mail is sent. */
type SignUpResult = { kind: 'asked' } | { kind: 'refused'; faults: FormError[] }

/**
 * Validates a sign-up and mails its confirmation link, which contains the whole sign-up. Known and unknown addresses get the
 * same result, also after a complaint, or when the mailbox has got enough mails.
 */
export async function signUp(deps: SupporterDeps, fields: FormFields, source: SignUpSource): Promise<SignUpResult> {
  if (isCaught(fields)) return { kind: 'asked' }
  const { keys } = deps.settings
  const stamp = source.stamped ? await stampFault(keys, fieldText(fields, 'stamp'), deps.now, AUTOFILL_MS) : null
  const read = await readSignUp(deps, fields, source)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(read.ok ? [] : read.error),
  ]
  if (!read.ok || faults.length > 0) return { kind: 'refused', faults }

  const pending = read.value
  const confirmation = await signUpConfirmationMail(deps, pending, `confirm/${deps.now}`, source.locale)
  if (confirmation === null) return { kind: 'refused', faults: [{ path: 'name', message: 'fault.name.too-long' }] }
  if (source.isHuman !== undefined && !(await source.isHuman())) {
    return { kind: 'refused', faults: [{ path: 'turnstile', message: 'fault.turnstile.failed' }] }
  }
  await deps.ask(confirmation.mail, confirmation.asked)
  return { kind: 'asked' }
}

export type SignUpConfirmation = { mail: SupporterMail; asked: AskedContent }

/**
 * Confirmation mail of a sign-up, and what its link is made of; null when the link would be too long for mail clients. `importedOn`: the
 * day of the import that brought the address.
 */
export async function signUpConfirmationMail(
  { settings: { keys }, now }: Pick<SupporterDeps, 'settings' | 'now'>,
  pending: PendingSignUp,
  key: string,
  fallbackLocale: string,
  importedOn?: string,
): Promise<SignUpConfirmation | null> {
  if ((await confirmToken(keys, pending, now)).length > MAX_TOKEN_CHARS) return null
  const [locale = fallbackLocale] = pending.locales
  const payload = signUpPayload(pending)
  return {
    mail: {
      key,
      email: 'confirm',
      locale,
      to: { address: pending.email }, // nothing the sender typed appears in the mail, so no name
      values: {}, // the mailbox queue adds the links
      ...defined({ campaign: pending.campaign, importedOn }),
    },
    asked: { content: payload, purpose: 'confirm', payload },
  }
}

async function readSignUp(
  deps: SupporterDeps,
  fields: FormFields,
  { locale, via }: SignUpSource,
): Promise<Result<PendingSignUp, FormError[]>> {
  const shape = z.object({
    email: emailField,
    name: nameField,
    locales: localesAmong(deps.settings.locales),
    topics,
    country: countryField,
    campaign: campaignField,
  })
  const parsed = shape.safeParse(fields)
  if (!parsed.success) return err(faultsOf(parsed.error))
  const found = parsed.data
  const isSlug = slug.safeParse(found.campaign).success
  const status = found.campaign !== undefined && isSlug ? await deps.campaignStatus(found.campaign) : null
  if (found.campaign !== undefined && (status === null || status === 'draft')) {
    return err([{ path: 'campaign', message: 'fault.campaign.unknown' }])
  }
  return ok({
    email: found.email,
    ...defined({ name: found.name }),
    locales: found.locales.length > 0 ? found.locales : [locale],
    topics: found.topics,
    ...defined({ country: found.country }),
    ...(found.campaign !== undefined && status !== null && mayBeMentioned(status) && { campaign: found.campaign }),
    wording: CONSENT_VERSION,
    via,
  })
}
