import { hostLabel } from './message-id.ts'

export type Headers = Readonly<Record<string, string>>

/** Printable ASCII without what would end it in a header. */
const WEB_ADDRESS = /^https?:\/\/[!#-;=?-~]+$/

/** RFC 8058 §3.1: one https URI (a loopback one in the demonstration), and the promise that a bare POST to it is enough. */
export function bulkHeaders({ unsubscribe }: { unsubscribe: string }): Headers {
  if (!WEB_ADDRESS.test(unsubscribe)) throw new Error('List-Unsubscribe needs an http(s) address')
  return { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

/**
 * Headers that every recipient of a bulk mail shares. The List-Id (RFC 2919) is of the deployment, not of a campaign: people
 * filter by it. Its phrase must be ASCII, so a name in another script is left out.
 */
export function sharedHeaders({ publicUrl, senderName }: { publicUrl: string; senderName: string }): Headers {
  const id = `<tocsin.${hostLabel(new URL(publicUrl).hostname)}>`
  const phrase = isAsciiLine(senderName) ? `"${senderName.replace(/["\\]/g, '')}" ` : ''
  return { 'List-Id': `${phrase}${id}`, Precedence: 'bulk' }
}

/** RFC 3834 §5: an answer to somebody's own act, which no autoresponder should answer in turn. */
export const transactionalHeaders = (): Headers => ({ 'Auto-Submitted': 'auto-generated' })

const isAsciiLine = (text: string): boolean => /^[\x20-\x7E]*$/.test(text)
