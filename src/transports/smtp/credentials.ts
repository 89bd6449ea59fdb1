import { toBase64, utf8 } from '../../kit/bytes.ts'

/** A user with a password or an OAuth 2 access token. */
export type Credentials = { user: string } & ({ password: string } | { accessToken: string })

/** A login exchange: mechanism, initial response, and answers to the server's 334 challenges. */
type Exchange = { mechanism: string; initial: string | null; answers: readonly string[] }

/**
 * Login exchange for the best offered mechanism; null if none fits the credentials. PLAIN (RFC 4616) takes one step; LOGIN
 * (draft-murchison-sasl-login) is the fallback. XOAUTH2 follows Google's and Microsoft's documentation: an empty answer to
 * their error challenge fetches the refusal.
 */
export function exchangeFor(credentials: Credentials, offered: ReadonlySet<string>): Exchange | null {
  const { user } = credentials
  if ('accessToken' in credentials) {
    if (!offered.has('XOAUTH2')) return null
    const initial = base64(`user=${user}\x01auth=Bearer ${credentials.accessToken}\x01\x01`)
    return { mechanism: 'XOAUTH2', initial, answers: [''] }
  }
  const { password } = credentials
  if (offered.has('PLAIN')) return { mechanism: 'PLAIN', initial: base64(`\0${user}\0${password}`), answers: [] }
  if (offered.has('LOGIN')) return { mechanism: 'LOGIN', initial: null, answers: [base64(user), base64(password)] }
  return null
}

/** Maximum octets of a command line with CRLF (RFC 5321 §4.5.3.1.4). A longer initial response waits for a 334 (RFC 4954 §4). */
const MAX_COMMAND_OCTETS = 512

/** The AUTH command, and the lines that answer each 334. */
export function authLines({ mechanism, initial, answers }: Exchange): { command: string; answers: string[] } {
  const whole = `AUTH ${mechanism}${initial === null ? '' : ` ${initial}`}\r\n`
  const rest = answers.map((answer) => `${answer}\r\n`)
  return initial === null || whole.length <= MAX_COMMAND_OCTETS
    ? { command: whole, answers: rest }
    : { command: `AUTH ${mechanism}\r\n`, answers: [`${initial}\r\n`, ...rest] }
}

const base64 = (text: string): string => toBase64(utf8(text))
