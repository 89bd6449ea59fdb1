import { draftValues } from '../../emails/values.ts'
import type { Result } from '../../kit/result.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { stampFault } from '../../security/form-timestamp.ts'
import type { Keyring } from '../../security/keyring.ts'
import { type FormFields, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { isCaught } from '../../web/honeypot.tsx'
import { createActionLink } from './action-link.ts'

/** What is written, and what that needs of the world. `D` is what of the form is kept until it is confirmed. */
export type SubmitDraftDeps<D extends { email: string }> = {
  of: 'letter' | 'voice'
  now: number // epoch ms
  keys: Keyring
  publicUrl: string
  parse(fields: FormFields, locale: string): Result<D, FormError[]>
  /** Null when too many wait. */
  store(draft: D): Promise<string | null>
  delete(id: string): Promise<void>
  /** At most one of this kind goes to a mailbox in an hour. */
  enqueue(mail: Mail, once: 'hourly'): Promise<'queued' | 'already'>
}

/** `asked`: whatever happened, the answer to the outside is the same. */
export type SubmitDraftResult = { kind: 'asked' } | { kind: 'full' } | { kind: 'refused'; faults: FormError[] }

/** Keeps what was written as a draft, and sends its writer the link that shows it to them and has the button. */
export async function submitDraft<D extends { email: string }>(
  deps: SubmitDraftDeps<D>,
  campaign: string,
  fields: FormFields,
  locale: string,
): Promise<SubmitDraftResult> {
  if (isCaught(fields)) return { kind: 'asked' }
  const stamp = await stampFault(deps.keys, fieldText(fields, 'stamp'), deps.now)
  const read = deps.parse(fields, locale)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(read.ok ? [] : read.error),
  ]
  if (!read.ok || faults.length > 0) return { kind: 'refused', faults }
  const id = await deps.store(read.value)
  if (id === null) return { kind: 'full' }
  const token = await createActionLink(deps.keys, deps.of, { campaign, id }, deps.now)
  const mail: Mail = {
    key: `${deps.of}/${id}`,
    email: deps.of,
    locale,
    to: { address: read.value.email }, // nothing the sender typed appears in the mail, so no name
    values: draftValues({ confirm: absolute(deps.publicUrl, paths.confirm(token)) }),
    campaign,
  }
  if ((await deps.enqueue(mail, 'hourly')) === 'already') await deps.delete(id) // nobody would ever confirm it
  return { kind: 'asked' }
}
