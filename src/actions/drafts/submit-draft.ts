import { draftValues } from '../../emails/values.ts'
import type { Result } from '../../kit/result.ts'
import type { Enqueued } from '../../mailbox/queued-mails.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { stampFault } from '../../security/form-timestamp.ts'
import type { Keyring } from '../../security/keyring.ts'
import { type FormFields, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { isCaught } from '../../web/honeypot.tsx'
import type { Later } from '../../web/responses.tsx'
import { createActionLink } from './action-link.ts'

/** What `submitDraft` needs of its caller. `D` is the content of the draft. */
type SubmitDraftDeps<D extends { email: string }> = {
  of: 'letter' | 'voice'
  now: number // epoch ms
  keys: Keyring
  publicUrl: string
  parse(fields: FormFields, locale: string): Result<D, FormError[]>
  /** The check against robots, where it is configured. Called last, because a Turnstile token is valid once. */
  isHuman?: () => Promise<boolean>
  /** Stores a draft and returns its id, or null when too many drafts wait. */
  store(draft: D): Promise<string | null>
  delete(id: string): Promise<void>
  /** Queues the confirmation mail. Not `queued`: the mailbox got one of this kind within the hour, or its queue is full. */
  enqueue(mail: Mail, once: 'hourly'): Promise<Enqueued>
  /** Does work after the response: its time must not depend on the address. */
  later: Later
}

/** `asked` is the answer whether or not a mail is sent, so that visitors learn nothing about an address. */
type SubmitDraftResult = { kind: 'asked' } | { kind: 'full' } | { kind: 'refused'; faults: FormError[] }

/** Stores a submitted form as a draft, and queues the mail with its confirmation link. Robots in the honeypot get `asked`, too. */
export async function submitDraft<D extends { email: string }>(
  deps: SubmitDraftDeps<D>,
  campaign: string,
  fields: FormFields,
  locale: string,
): Promise<SubmitDraftResult> {
  if (isCaught(fields)) return { kind: 'asked' }
  const stamp = await stampFault(deps.keys, fieldText(fields, 'stamp'), deps.now)
  const parsed = deps.parse(fields, locale)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(parsed.ok ? [] : parsed.error),
  ]
  if (!parsed.ok || faults.length > 0) return { kind: 'refused', faults }
  if (deps.isHuman !== undefined && !(await deps.isHuman()))
    return { kind: 'refused', faults: [{ path: 'turnstile', message: 'fault.turnstile.failed' }] }
  const id = await deps.store(parsed.value)
  if (id === null) return { kind: 'full' }
  const token = await createActionLink(deps.keys, deps.of, { campaign, id }, deps.now)
  const mail: Mail = {
    key: `${deps.of}/${id}`,
    email: deps.of,
    locale,
    to: { address: parsed.value.email }, // without the name: nothing that a visitor typed may appear in the mail
    values: draftValues({ confirm: absolute(deps.publicUrl, paths.confirm(token)) }),
    campaign,
  }
  deps.later('confirmation', async () => {
    if ((await deps.enqueue(mail, 'hourly')) !== 'queued') await deps.delete(id) // without a mail it cannot be confirmed
  })
  return { kind: 'asked' }
}
