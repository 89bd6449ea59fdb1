import type { Capabilities } from './capabilities.ts'

/**
 * RFC 5321 §4.1.2: a dot-atom of ASCII, at a domain in ASCII, within §4.5.3.1's limits. Nothing in such an address can end a command
 * or begin another. Local parts in other scripts would need SMTPUTF8 (RFC 6531), which too few servers on the way have.
 */
const MAILBOX =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/
const MAX_MAILBOX_OCTETS = 254
const MAX_LOCAL_OCTETS = 64

export const isMailbox = (address: string): boolean =>
  address.length <= MAX_MAILBOX_OCTETS && address.indexOf('@') <= MAX_LOCAL_OCTETS && MAILBOX.test(address)

/** RFC 5321 §4.1.3: a client without a name of its own says an address. Servers that take log-ins do not look at it. */
export const EHLO = 'EHLO [127.0.0.1]\r\n'
export const HELO = 'HELO [127.0.0.1]\r\n'
export const STARTTLS = 'STARTTLS\r\n'
export const RSET = 'RSET\r\n'
export const DATA = 'DATA\r\n'
export const QUIT = 'QUIT\r\n'
/** The end of a message, whose last line break comes before it. */
export const FINAL_DOT = '.\r\n'

/** @throws Error for an address that was not looked at before. */
export function mailFrom(
  sender: string,
  octets: number,
  { size, eightBitMime }: Capabilities,
  isEightBit: boolean,
): string {
  const parameters = `${size ? ` SIZE=${octets}` : ''}${eightBitMime && isEightBit ? ' BODY=8BITMIME' : ''}`
  return `MAIL FROM:<${checked(sender)}>${parameters}\r\n`
}

export const rcptTo = (recipient: string): string => `RCPT TO:<${checked(recipient)}>\r\n`

function checked(address: string): string {
  if (!isMailbox(address)) throw new Error('an address that may not stand in a command came as far as a command')
  return address
}
