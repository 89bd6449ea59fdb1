import { localesOfMail } from '../campaigns/campaign.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import type { DispatchRequestBody } from '../dispatch/dispatch-request.ts'
import { bulkValues } from '../emails/values.ts'
import type { Settings } from '../env.ts'
import { FALLBACK_LOCALE, firstAvailable } from '../kit/locales.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { mailboxQueueOf, suppressionOf } from '../objects.ts'
import { absolute, paths } from '../paths.ts'
import { mailboxOf, normaliseAddress } from '../security/address.ts'
import { optOutToken } from '../security/opt-out.ts'

/**
 * Sends one address what the dispatch would send, marked as a test, by the same transport and with links that work. Answers the
 * language it is sent in: the first of the audience's, else English.
 */
export async function sendTest(
  env: Env,
  settings: Settings,
  asked: DispatchRequestBody,
  to: string,
  now: number,
): Promise<Result<string, string>> {
  const address = normaliseAddress(to)
  if (!address.ok) return err('expected one e-mail address')
  const fingerprint = await settings.fingerprint(address.value)
  const { reason } = await suppressionOf(env).status(fingerprint)
  if (reason !== undefined) return err('this address may not be written to')
  const campaign = await currentCampaign(env, asked.campaign)
  const wanted = asked.audience.locales?.[0] ?? FALLBACK_LOCALE
  const locales = campaign === null ? [] : localesOfMail(campaign, asked.email, asked.updateId)
  const locale = firstAvailable([wanted], locales)
  const token = await optOutToken(settings.keys, { fingerprint, locale }, now)
  const unsubscribe = absolute(settings.publicUrl, paths.unsubscribe(token))
  const mailbox = await settings.fingerprint(mailboxOf(address.value))
  const posted = await mailboxQueueOf(env, mailbox).enqueue({
    key: `test/${asked.campaign}/${asked.revision}/${asked.email}/${locale}/${now}`,
    email: asked.email,
    locale,
    to: { address: address.value },
    values: bulkValues({ locales: [locale] }, locale, { unsubscribe }),
    campaign: asked.campaign,
    ...(asked.updateId !== undefined && { updateId: asked.updateId }),
    test: { unsubscribe },
  })
  return posted === 'queued' ? ok(locale) : err('this mailbox has too many letters waiting: try again later')
}
