import type { PauseReason } from '../delivery/pause-reason.ts'
import { listHeaders } from '../emails/headers.ts'
import { senderOf } from '../emails/sender.ts'
import { sizeFaults } from '../emails/template/merge.ts'
import type { Template } from '../emails/template/template.ts'
import { bulkValues } from '../emails/values.ts'
import type { Settings } from '../env.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { absolute, paths } from '../paths.ts'
import { MAX_TOKEN_CHARS } from '../security/token.ts'
import type { MailSnapshot } from './lane/lane-task.ts'

/** The longest possible name and link. A mail that is small enough with these is small enough for all people. */
const LONGEST_NAME = 'W'.repeat(100)
const LONGEST_LINK = paths.unsubscribe('x'.repeat(MAX_TOKEN_CHARS))

/** What a mail source contributes to a snapshot. */
type Content = {
  name: { campaign: string; email: string }
  locales: readonly string[]
  terms: string
  replyTo: string | undefined // the campaign's own
  compile(locale: string): Promise<Template>
}

/** The mail snapshot of a dispatch that starts at `now` (epoch ms), or the reason to pause if a mail is too large. */
export async function createMailSnapshot(
  settings: Settings,
  { name, locales, terms, compile, replyTo = settings.replyTo }: Content,
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
    ...(replyTo !== undefined && { replyTo: { address: replyTo } }),
    headers: listHeaders({ sender: senderOf(settings), ...name }),
    publicUrl: settings.publicUrl,
    keyId: settings.keys.current,
    startedAt: now,
  })
}
