import { draftValues } from '../../emails/values.ts'
import type { Result } from '../../kit/result.ts'
import type { Letter as Mail } from '../../mailbox/mailbox-queue.ts'
import { absolute, paths } from '../../paths.ts'
import { stampFault } from '../../security/form-timestamp.ts'
import type { Keyring } from '../../security/keyring.ts'
import { HONEYPOT } from '../../supporters/sign-up.ts'
import { type Fields, textOf } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { linkToken } from './action-link.ts'

/** What is written, and what that needs of the world. `D` is what of the form is kept until it is confirmed. */
export type WritingDeps<D extends { email: string }> = {
  of: 'letter' | 'voice'
  now: number // epoch ms
  keys: Keyring
  publicUrl: string
  read(fields: Fields, locale: string): Result<D, FormError[]>
  /** Null when too many wait. */
  keep(draft: D): Promise<string | null>
  drop(id: string): Promise<void>
  /** At most one of this kind goes to a mailbox in an hour. */
  post(mail: Mail, once: 'hourly'): Promise<'queued' | 'already'>
}

/** `asked`: whatever happened, the answer to the outside is the same. */
export type Written = { kind: 'asked' } | { kind: 'full' } | { kind: 'refused'; faults: FormError[] }

/** Keeps what was written as a draft, and sends its writer the link that shows it to them and has the button. */
export async function write<D extends { email: string }>(
  deps: WritingDeps<D>,
  campaign: string,
  fields: Fields,
  locale: string,
): Promise<Written> {
  if (textOf(fields, HONEYPOT)) return { kind: 'asked' }
  const stamp = await stampFault(deps.keys, textOf(fields, 'stamp'), deps.now)
  const read = deps.read(fields, locale)
  const faults = [
    ...(stamp === null ? [] : [{ path: 'stamp', message: `fault.stamp.${stamp}` }]),
    ...(read.ok ? [] : read.error),
  ]
  if (!read.ok || faults.length > 0) return { kind: 'refused', faults }
  const id = await deps.keep(read.value)
  if (id === null) return { kind: 'full' }
  const token = await linkToken(deps.keys, deps.of, { campaign, id }, deps.now)
  const mail: Mail = {
    key: `${deps.of}/${id}`,
    email: deps.of,
    locale,
    to: { address: read.value.email }, // nothing the sender typed appears in the mail, so no name
    values: draftValues({ confirm: absolute(deps.publicUrl, paths.confirm(token)) }),
    campaign,
  }
  if ((await deps.post(mail, 'hourly')) === 'already') await deps.drop(id) // nobody would ever confirm it
  return { kind: 'asked' }
}
