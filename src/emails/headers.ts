import { hostLabel } from './message-id.ts'

export type Headers = Readonly<Record<string, string>>

/** Matches an http(s) URL of printable ASCII characters that need no escaping in a header. */
const WEB_ADDRESS = /^https?:\/\/[!#-;=?-~]+$/

/**
 * List-Unsubscribe headers of a bulk mail (RFC 8058 §3.1): one http(s) URL, which accepts a bare POST.
 * @throws Error when `unsubscribe` is not an http(s) URL.
 */
export function bulkHeaders({ unsubscribe }: { unsubscribe: string }): Headers {
  if (!WEB_ADDRESS.test(unsubscribe))
    throw new Error('List-Unsubscribe needs an http(s) URL of printable ASCII characters')
  return { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

/**
 * Headers that every recipient of a bulk mail shares. The List-Id (RFC 2919) names the deployment, because people filter by it.
 * Its phrase must be ASCII, so a sender name in another script is left out.
 */
export function sharedHeaders({ publicUrl, senderName }: { publicUrl: string; senderName: string }): Headers {
  const id = `<tocsin.${hostLabel(new URL(publicUrl).hostname)}>`
  const phrase = isAsciiLine(senderName) && !senderName.includes('=?') ? `"${senderName.replace(/["\\]/g, '')}" ` : ''
  return { 'List-Id': `${phrase}${id}`, Precedence: 'bulk' }
}

/** Headers of a mail that answers a person's own request. Auto-Submitted (RFC 3834 §5) keeps autoresponders from replying. */
export const transactionalHeaders = (): Headers => ({ 'Auto-Submitted': 'auto-generated' })

const isAsciiLine = (text: string): boolean => /^[\x20-\x7E]*$/.test(text)
