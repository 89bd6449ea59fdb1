import * as z from 'zod'
import { toBase64, utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { errorMessage } from '../../kit/result.ts'
import { outboxOf } from '../../objects.ts'
import { defineDriver } from '../driver.ts'
import { mergeMessage } from '../merge/merge-message.ts'
import { mapAttachments } from '../mime/attachments.ts'
import { formatMailbox } from '../mime/mailbox.ts'
import { toMime } from '../mime/mime.ts'
import type { CapturedMail } from '../outbox/captured-mail.ts'
import type { Limits, Transport } from '../transport.ts'

/** Mails per call, similar to a provider's limit. */
const MAX_BATCH = 100
/** Seconds for which keys of captured mail are stored: in effect forever. */
const IDEMPOTENCY_SECONDS = 365 * 24 * 60 * 60
/** Calls per second: no real limit locally. */
const CALLS_PER_SECOND = 1_000

/** Transport that captures mails and sends none, for development, demonstration and tests. */
export const outbox = (
  keep: (key: string, body: Uint8Array<ArrayBuffer>) => Promise<void>,
  limits: Limits = { callsPerSecond: CALLS_PER_SECOND },
): Transport => ({
  ...limits,
  name: 'outbox',
  maxBatch: MAX_BATCH,
  idempotencySeconds: IDEMPOTENCY_SECONDS,
  captive: true,

  account: async () => 'outbox',

  async compose(batch) {
    const { template, campaign, tag: dispatch } = batch
    const about = { kind: template.email, locale: template.locale, ...defined({ campaign, dispatch }) }
    const mails: CapturedMail[] = []
    for (const recipient of batch.recipients) {
      const mail = mergeMessage(batch, recipient)
      const attachments = mapAttachments(mail.attachments ?? [], ({ filename, contentType }, content) => ({
        filename,
        contentType,
        content,
      }))
      mails.push({
        from: formatMailbox(mail.from),
        to: mail.to.address,
        ...(mail.cc && { cc: mail.cc.map(({ address }) => address) }),
        subject: mail.subject,
        headers: { ...mail.headers },
        text: mail.text,
        html: mail.html,
        eml: toBase64(await toMime(mail)),
        ...about,
        ...(attachments && { attachments }),
      })
    }
    return { body: utf8(JSON.stringify(mails)), people: mails.length }
  },

  async send(call, key) {
    try {
      await keep(key, call.body)
      return { kind: 'accepted' }
    } catch (error) {
      return { kind: 'unknown', reason: errorMessage(error) }
    }
  },

  check: async () => ({ ok: true, message: 'captures every mail on this machine and sends none' }),
})

export const driver = defineDriver({
  name: 'outbox',
  settings: z.object({}),
  callsPerSecond: CALLS_PER_SECOND,
  make: (_, { limits, env, use }) =>
    outbox((key, body) => outboxOf(env).keep(use, key, new Blob([body]).stream()), limits),
})
