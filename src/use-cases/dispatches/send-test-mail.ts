import { type Campaign, localesOfMail } from '../../campaigns/campaign.ts'
import type { DispatchRequestBody } from '../../dispatch/dispatch-request.ts'
import { bulkValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { FALLBACK_LOCALE, firstAvailable } from '../../kit/locales.ts'
import { err, ok, type Result } from '../../kit/result.ts'
import type { TransactionalMail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { optOutToken } from '../../security/opt-out.ts'

export type TestMailDeps = {
  now: number // epoch ms
  settings: Pick<Settings, 'fingerprint' | 'keys' | 'publicUrl'>
  campaign(slug: string): Promise<Campaign | null>
  isSuppressed(fingerprint: string): Promise<boolean>
  /** Posts to the mailbox of this fingerprint. */
  post(mailbox: string, letter: TransactionalMail): Promise<string>
}

/**
 * Sends one address what the dispatch would send, marked as a test, by the same transport and with links that work. Answers the
 * language it is sent in: the first of the audience's, else English.
 */
export async function sendTestMail(
  deps: TestMailDeps,
  asked: DispatchRequestBody,
  to: string,
): Promise<Result<string, string>> {
  const { now, settings } = deps
  const address = normaliseAddress(to)
  if (!address.ok) return err('expected one e-mail address')
  const fingerprint = await settings.fingerprint(address.value)
  if (await deps.isSuppressed(fingerprint)) return err('this address may not be written to')
  const campaign = await deps.campaign(asked.campaign)
  const wanted = asked.audience.locales?.[0] ?? FALLBACK_LOCALE
  const locales = campaign === null ? [] : localesOfMail(campaign, asked.email, asked.updateId)
  const locale = firstAvailable([wanted], locales)
  const token = await optOutToken(settings.keys, { fingerprint, locale }, now)
  const unsubscribe = absolute(settings.publicUrl, paths.unsubscribe(token))
  const mailbox = await settings.fingerprint(mailboxOf(address.value))
  const posted = await deps.post(mailbox, {
    key: `test/${asked.campaign}/${asked.revision}/${asked.email}/${locale}/${now}`,
    email: asked.email,
    locale,
    to: { address: address.value },
    values: bulkValues({ locales: [locale] }, locale, { unsubscribe }),
    campaign: asked.campaign,
    ...defined({ updateId: asked.updateId }),
    test: { unsubscribe },
  })
  return posted === 'queued' ? ok(locale) : err('this mailbox has too many letters waiting: try again later')
}
