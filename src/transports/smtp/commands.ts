import type { Capabilities } from './capabilities.ts'

const ATOM = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+/.source
const LABEL = /[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?/.source

/**
 * Addresses safe in a command: an ASCII dot-atom at an ASCII domain (RFC 5321 §4.1.2), which cannot end a command. Other local
 * parts need SMTPUTF8 (RFC 6531), which too few servers support. Length limits are those of §4.5.3.1.
 */
const MAILBOX = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`)
const MAX_MAILBOX_OCTETS = 254
const MAX_LOCAL_OCTETS = 64

/** Whether an address can be sent in an SMTP command. */
export const isMailbox = (address: string): boolean =>
  address.length <= MAX_MAILBOX_OCTETS && address.indexOf('@') <= MAX_LOCAL_OCTETS && MAILBOX.test(address)

/** Greeting with an address, as RFC 5321 §4.1.3 allows for clients without a host name. Submission servers ignore the name. */
export const EHLO = 'EHLO [127.0.0.1]\r\n'
export const HELO = 'HELO [127.0.0.1]\r\n'
export const STARTTLS = 'STARTTLS\r\n'
export const RSET = 'RSET\r\n'
export const DATA = 'DATA\r\n'
export const QUIT = 'QUIT\r\n'
/** Ends a message after its last line break. */
export const FINAL_DOT = '.\r\n'

/**
 * MAIL command with the SIZE and BODY parameters that the server supports.
 * @throws Error for an address that does not satisfy `isMailbox`.
 */
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
  if (!isMailbox(address)) throw new Error('expected an address that is safe in an SMTP command')
  return address
}
