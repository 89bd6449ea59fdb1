import { type Campaign, localesOfMail } from '../../campaigns/campaign.ts'
import type { DispatchRequestBody } from '../../dispatch/dispatch-request.ts'
import type { BulkEmail } from '../../emails/message.ts'
import { bulkValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { FALLBACK_LOCALE, firstAvailable } from '../../kit/locales.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import type { Enqueued } from '../../mailbox/queued-mails.ts'
import type { TransactionalMail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { type Address, mailboxOf, normaliseAddress } from '../../security/address.ts'
import { optOutToken } from '../../security/opt-out.ts'

/** An e-mail of a campaign in one language, for one address. */
type TestMail = {
  campaign: Campaign
  email: BulkEmail
  updateId?: string | undefined
  locale: string
  to: { address: Address; fingerprint: string }
  mark?: string
}

export type TestMailDeps = {
  now: number // epoch ms
  settings: Pick<Settings, 'fingerprint' | 'keys' | 'publicUrl'>
  isSuppressed(fingerprint: string): Promise<boolean>
  /** Adds a mail to the queue of the mailbox with this fingerprint. */
  post(mailbox: string, mail: TransactionalMail): Promise<Enqueued>
}

/**
 * Sends the mail of a dispatch of `campaign` to one address, marked as a test, by the same transport and with working links. Returns its
 * language (the first of the audience, else English), or why no mail was sent.
 */
export async function sendTestMail(
  deps: TestMailDeps,
  campaign: Campaign,
  request: DispatchRequestBody,
  to: string,
): Promise<Result<string, string>> {
  const { settings } = deps
  const address = normaliseAddress(to)
  if (!address.ok) return err('expected one e-mail address')
  const fingerprint = await settings.fingerprint(address.value)
  if (await deps.isSuppressed(fingerprint)) return err('this address is suppressed')
  const preferred = request.audience.locales?.[0] ?? FALLBACK_LOCALE
  const locale = firstAvailable([preferred], localesOfMail(campaign, request.email, request.updateId))
  const { email, updateId } = request
  const posted = await postTest(deps, {
    campaign,
    email,
    updateId,
    locale,
    to: { address: address.value, fingerprint },
  })
  return posted !== 'full' ? ok(locale) : err(MAILBOX_FULL)
}

export const MAILBOX_FULL = 'too many mails wait for this mailbox: try again later'

/** Queues one test. Its links work, and its subject is marked, with `mark` if it is given. */
export async function postTest(
  { now, settings, post }: TestMailDeps,
  { campaign, email, updateId, locale, to, mark }: TestMail,
): Promise<Enqueued> {
  const { address, fingerprint } = to
  const token = await optOutToken(settings.keys, { fingerprint, locale }, now)
  const unsubscribe = absolute(settings.publicUrl, paths.unsubscribe(token))
  const mailbox = await settings.fingerprint(mailboxOf(address))
  const part = updateId === undefined ? email : `${email}/${updateId}`
  return post(mailbox, {
    key: `test/${campaign.slug}/${campaign.revision}/${part}/${locale}/${now}`,
    email,
    locale,
    to: { address },
    values: bulkValues({ locales: [locale] }, locale, { unsubscribe }),
    campaign: campaign.slug,
    ...defined({ updateId }),
    test: { unsubscribe, ...defined({ mark }) },
  })
}
