import { absolute, paths } from '../../paths.ts'
import type { Keyring } from '../../security/keyring.ts'
import { issueToken } from '../../security/token.ts'
import type { UnansweredLink } from './mailbox-allowance.ts'

/**
 * The confirmation link of a request. `digest` is a keyed hash of what was asked for: an equal request has an equal link. `ref` is what
 * the link leads to, when each request makes a new one, such as a draft.
 */
export type AskedLink = {
  digest: string
  purpose: 'confirm' | 'letter' | 'voice'
  payload: string[]
  ref?: string | undefined
}

/** The URL of a confirmation link: the same for the same `issued`, so that nothing but its times has to be kept. */
export async function confirmationUrl(
  { keys, publicUrl }: { keys: Keyring; publicUrl: string },
  { digest, purpose, payload }: AskedLink,
  { issuedAt, keyId, ref }: UnansweredLink,
): Promise<string> {
  const fixed = { keyId: keys.ids.includes(keyId) ? keyId : keys.current, derivedFrom: digest }
  const content = ref === undefined ? payload : [...payload, ref]
  return absolute(publicUrl, paths.confirm(await issueToken(keys, purpose, content, issuedAt, fixed)))
}
