import type { PauseReason } from '../delivery/pause-reason.ts'
import { sharedHeaders } from '../emails/headers.ts'
import { senderOf } from '../emails/sender.ts'
import { sizeFaults } from '../emails/template/merge.ts'
import type { Template } from '../emails/template/template.ts'
import { bulkValues } from '../emails/values.ts'
import type { Settings } from '../env.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { absolute, paths } from '../paths.ts'
import { MAX_TOKEN_CHARS } from '../security/token.ts'
import type { MailSnapshot } from './lane/lane-task.ts'

/** A reader with the longest name and link there can be: what is small enough for them is for everybody. */
const LONGEST_NAME = 'W'.repeat(100)
const LONGEST_LINK = paths.unsubscribe('x'.repeat(MAX_TOKEN_CHARS))

/** What a source gives to a snapshot. */
type Content = { locales: readonly string[]; terms: string; compile(locale: string): Promise<Template> }

/** Everything the lanes use, as it is at `now` (epoch ms): nothing of it changes while they send. */
export async function createMailSnapshot(
  settings: Settings,
  { locales, terms, compile }: Content,
  now: number,
): Promise<Result<MailSnapshot, PauseReason>> {
  const unsubscribe = absolute(settings.publicUrl, LONGEST_LINK)
  const templates: Record<string, Template> = {}
  for (const locale of locales) {
    const template = await compile(locale)
    const [fault] = sizeFaults(template, bulkValues({ name: LONGEST_NAME, locales: ['und'] }, locale, { unsubscribe }))
    if (fault !== undefined) return err({ kind: 'too-large', detail: `${locale}: ${fault}` })
    templates[locale] = template
  }
  return ok({
    terms,
    templates,
    from: { name: settings.senderName, address: settings.senderAddress },
    ...(settings.replyTo !== undefined && { replyTo: { address: settings.replyTo } }),
    headers: sharedHeaders(senderOf(settings)),
    publicUrl: settings.publicUrl,
    keyId: settings.keys.current,
    startedAt: now,
  })
}
