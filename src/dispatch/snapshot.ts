import { type Campaign, localesOfMail } from '../campaigns/campaign.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import { sharedHeaders } from '../emails/headers.ts'
import { senderOf } from '../emails/sender.ts'
import { compileCached } from '../emails/template/compile.ts'
import { sizeFaults } from '../emails/template/merge.ts'
import type { Template } from '../emails/template/template.ts'
import { bulkValues } from '../emails/values.ts'
import type { Settings } from '../env.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { absolute, paths } from '../paths.ts'
import { MAX_TOKEN_CHARS } from '../security/token.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { MailSnapshot } from './lane/lane-task.ts'

/** A reader with the longest name and link there can be: what is small enough for them is for everybody. */
const LONGEST_NAME = 'W'.repeat(100)
const LONGEST_LINK = paths.unsubscribe('x'.repeat(MAX_TOKEN_CHARS))

/** Everything the lanes use, as it is at `now`: nothing of it changes while they send. */
export async function createMailSnapshot(
  content: KVNamespace,
  settings: Settings,
  request: DispatchRequest,
  campaign: Campaign,
  now: number,
): Promise<Result<MailSnapshot, PauseReason>> {
  const sender = senderOf(settings)
  const unsubscribe = absolute(settings.publicUrl, LONGEST_LINK)
  const templates: Record<string, Template> = {}
  for (const locale of localesOfMail(campaign, request.email, request.updateId)) {
    const { template } = await compileCached(content, {
      email: request.email,
      locale,
      campaign,
      sender,
      ...(request.updateId !== undefined && { updateId: request.updateId }),
    })
    const [fault] = sizeFaults(template, bulkValues({ name: LONGEST_NAME, locales: ['und'] }, locale, { unsubscribe }))
    if (fault !== undefined) return err({ kind: 'too-large', detail: `${locale}: ${fault}` })
    templates[locale] = template
  }
  return ok({
    campaign,
    templates,
    from: { name: settings.senderName, address: settings.senderAddress },
    ...(settings.replyTo !== undefined && { replyTo: { address: settings.replyTo } }),
    headers: sharedHeaders(sender),
    publicUrl: settings.publicUrl,
    keyId: settings.keys.current,
    startedAt: now,
  })
}
