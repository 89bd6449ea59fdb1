import type { Result } from '../../kit/result.ts'
import type { AskAnswer, AskedContent } from '../../mailbox/asked/ask-mailbox.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { AUTOFILL_MS, MIN_FILL_MS, stampFault } from '../../security/form-timestamp.ts'
import type { Keyring } from '../../security/keyring.ts'
import { type FormFields, fieldText } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { isCaught } from '../../web/honeypot.tsx'

/** What `submitDraft` needs of its caller. `D` is the content of the draft. */
type SubmitDraftDeps<D extends { email: string }> = {
  of: 'letter' | 'voice'
  now: number // epoch ms
  keys: Keyring
  parse(fields: FormFields, locale: string): Result<D, FormError[]>
  /** The check against robots, where it is configured. Called last, because a Turnstile token is valid once. */
  isHuman?: () => Promise<boolean>
  /** Stores a draft and returns its id, or null when too many drafts wait. */
  store(draft: D): Promise<string | null>
  /** Deletes a draft after the answer. */
  delete(id: string): void
  /** Queues the confirmation mail, unless the mailbox has got enough. `asked` makes its link. */
  ask(mail: Mail, asked: AskedContent): Promise<AskAnswer>
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
  const leastMs = deps.of === 'letter' ? AUTOFILL_MS : MIN_FILL_MS // own words in a letter are not required
  const stamp = await stampFault(deps.keys, fieldText(fields, 'stamp'), deps.now, leastMs)
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
  const mail: Mail = {
    key: `${deps.of}/${id}`,
    email: deps.of,
    locale,
    to: { address: parsed.value.email }, // without the name: nothing that a visitor typed may appear in the mail
    values: {}, // the mailbox queue adds the links
    campaign,
  }
  const asked = { content: parsed.value, purpose: deps.of, payload: [campaign], ref: id }
  if ((await deps.ask(mail, asked)) !== 'queued') deps.delete(id) // no link leads to it
  return { kind: 'asked' }
}
